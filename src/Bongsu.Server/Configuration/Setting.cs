namespace Bongsu.Server.Configuration;

/// <summary>One setting: its flag, its environment variable, its default and what it means. The one table from which flags, help and reader are made.</summary>
public sealed record Setting(string Flag, string Variable, string Default, string Description)
{
    public static readonly Setting Listen = new("--listen", "BONGSU_LISTEN", "127.0.0.1:4380", "Address of the web page and every HTTP API.");
    public static readonly Setting OtlpHttp = new("--otlp-http", "BONGSU_OTLP_HTTP", "127.0.0.1:4318", "Address of OTLP over HTTP.");
    public static readonly Setting OtlpGrpc = new("--otlp-grpc", "BONGSU_OTLP_GRPC", "127.0.0.1:4317", "Address of OTLP over gRPC (cleartext HTTP/2).");
    public static readonly Setting Syslog = new("--syslog", "BONGSU_SYSLOG", "", "Address that takes syslog over TCP and UDP (127.0.0.1:5514). Off unless it is given.");
    public static readonly Setting SyslogAllow = new("--syslog-allow", "BONGSU_SYSLOG_ALLOW", "", "Networks that may send syslog besides this machine, since it knows no tokens (10.0.0.0/8,192.168.1.7).");
    public static readonly Setting Data = new("--data", "BONGSU_DATA", "data", "Directory that telemetry and incidents are kept in.");
    public static readonly Setting Config = new("--config", "BONGSU_CONFIG", "config", "Directory with slos/, rules/, runbooks/, alertmanager.yaml, services.yaml, scrape.yaml, retention.yaml, budgets.yaml and sampling.yaml.");
    public static readonly Setting Durability = new("--durability", "BONGSU_DURABILITY", "fsync", "fsync: answer 2xx when the disk has it. os: answer when the operating system has it.");
    public static readonly Setting Redact = new("--redact", "BONGSU_REDACT", "on", "on: remove secrets and personal data before they are stored. off: keep records as they are.");
    public static readonly Setting Demo = new("--demo", "BONGSU_DEMO", "false", "Shorten burn-rate windows, so that a fault is seen within 90 seconds.");
    public static readonly Setting RetentionMetrics = new("--retention-metrics", "BONGSU_RETENTION_METRICS", "15d", "How long metrics are kept (30m, 12h, 15d, 1y; 0 keeps for ever).");
    public static readonly Setting RetentionMetrics5m = new("--retention-metrics-5m", "BONGSU_RETENTION_METRICS_5M", "90d", "How long rollups of metrics over 5 minutes are kept (0 keeps for ever). None are made unless that is longer than --retention-metrics.");
    public static readonly Setting RetentionMetrics1h = new("--retention-metrics-1h", "BONGSU_RETENTION_METRICS_1H", "400d", "How long rollups of metrics over 1 hour are kept; as --retention-metrics-5m.");
    public static readonly Setting RetentionLogs = new("--retention-logs", "BONGSU_RETENTION_LOGS", "7d", "How long logs are kept.");
    public static readonly Setting RetentionTraces = new("--retention-traces", "BONGSU_RETENTION_TRACES", "3d", "How long spans are kept.");
    public static readonly Setting DiskLimit = new("--disk-limit", "BONGSU_DISK_LIMIT", "0", "Most disk space for telemetry (500MiB, 20GiB); past it the oldest goes first. 0: no limit.");
    public static readonly Setting MemoryLimit = new("--memory-limit", "BONGSU_MEMORY_LIMIT", "512MiB", "Most memory for data not yet sealed on disk; past it new series and streams are refused.");
    public static readonly Setting MaxSeries = new("--max-series", "BONGSU_MAX_SERIES", "1000000", "Most active series in all.");
    public static readonly Setting MaxSeriesPerService = new("--max-series-per-service", "BONGSU_MAX_SERIES_PER_SERVICE", "100000", "Most active series of one service.");
    public static readonly Setting MaxSeriesPerMetric = new("--max-series-per-metric", "BONGSU_MAX_SERIES_PER_METRIC", "50000", "Most active series of one metric of one service.");
    public static readonly Setting MaxStreamsPerService = new("--max-streams-per-service", "BONGSU_MAX_STREAMS_PER_SERVICE", "5000", "Most log streams of one service.");
    public static readonly Setting PromQlExperimental = new("--promql-experimental", "BONGSU_PROMQL_EXPERIMENTAL", "false", "true: take PromQL that Prometheus has behind feature flags (info(), fill modifiers, smoothed and anchored ranges, experimental functions, start timestamps in rates).");
    public static readonly Setting QueryTimeout = new("--query-timeout", "BONGSU_QUERY_TIMEOUT", "2m", "A query (PromQL, LogQL, TraceQL) that takes longer is ended.");
    public static readonly Setting QueryMaxSamples = new("--query-max-samples", "BONGSU_QUERY_MAX_SAMPLES", "50000000", "Most samples that one PromQL query may hold in memory.");
    public static readonly Setting AdminApi = new("--enable-admin-api", "BONGSU_ENABLE_ADMIN_API", "false", "true: allow /api/v1/admin (delete series, clean tombstones, snapshot), and deleting logs and spans.");
    public static readonly Setting PushgatewayInterval = new("--pushgateway-interval", "BONGSU_PUSHGATEWAY_INTERVAL", "15s", "How often pushed metrics (/metrics/job/…) are written again, as if scraped.");
    public static readonly Setting PublicUrl = new("--public-url", "BONGSU_PUBLIC_URL", "", "Where people reach the page, for links in notifications (http://ops.example:4380).");
    public static readonly Setting TokensFile = new("--tokens-file", "BONGSU_TOKENS_FILE", "", "File with one `name role secret` a line; roles: ingest, view, respond, admin.");

    /// <summary>Whether its flag may stand alone, which means true.</summary>
    public bool IsSwitch => Default == "false";

    public static readonly IReadOnlyList<Setting> All =
    [
        Listen, OtlpHttp, OtlpGrpc, Syslog, SyslogAllow, Data, Config, Durability, Redact, Demo, RetentionMetrics, RetentionMetrics5m, RetentionMetrics1h, RetentionLogs, RetentionTraces,
        DiskLimit, MemoryLimit, MaxSeries, MaxSeriesPerService, MaxSeriesPerMetric, MaxStreamsPerService, PromQlExperimental, QueryTimeout, QueryMaxSamples, AdminApi,
        PushgatewayInterval, PublicUrl, TokensFile,
    ];

    /// <summary>Tokens may stand in the environment too; never in a flag, where every user of the machine could read them.</summary>
    public const string TokensVariable = "BONGSU_TOKENS";
}
