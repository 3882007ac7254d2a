using System.Net;

namespace Bongsu.Server.Configuration;

/// <summary>What `bongsu serve` runs with, read and checked by <see cref="ServerOptionsReader"/>.</summary>
public sealed record ServerOptions
{
    public required IPEndPoint Web { get; init; }
    public required IPEndPoint OtlpHttp { get; init; }
    public required IPEndPoint OtlpGrpc { get; init; }
    /// <summary>TCP and UDP; null: syslog is not taken.</summary>
    public IPEndPoint? Syslog { get; init; }
    /// <summary>Who may send syslog besides this machine.</summary>
    public IReadOnlyList<IPNetwork> SyslogAllow { get; init; } = [];
    public required string DataDirectory { get; init; }
    public required string ConfigDirectory { get; init; }
    /// <summary>False: appends are acknowledged before the disk has them (`--durability os`).</summary>
    public required bool Fsync { get; init; }
    public required bool Redact { get; init; }
    /// <summary>Shortened burn-rate windows and loops, so that a fault shows within a minute and a half.</summary>
    public required bool Demo { get; init; }
    /// <summary>Zero keeps for ever.</summary>
    public required TimeSpan RetentionMetrics { get; init; }
    public required TimeSpan RetentionMetrics5m { get; init; }
    public required TimeSpan RetentionMetrics1h { get; init; }
    public required TimeSpan RetentionLogs { get; init; }
    public required TimeSpan RetentionTraces { get; init; }
    /// <summary>Zero: as much as there is.</summary>
    public required long DiskLimitBytes { get; init; }
    public required long MemoryLimitBytes { get; init; }
    public required int MaxSeries { get; init; }
    public required int MaxSeriesPerService { get; init; }
    public required int MaxSeriesPerMetric { get; init; }
    public required int MaxStreamsPerService { get; init; }
    /// <summary>PromQL that Prometheus has behind feature flags.</summary>
    public required bool PromQlExperimental { get; init; }
    public required TimeSpan QueryTimeout { get; init; }
    public required int QueryMaxSamples { get; init; }
    /// <summary>Whether /api/v1/admin may delete and copy data.</summary>
    public required bool EnableAdminApi { get; init; }
    /// <summary>How often pushed metrics are written again.</summary>
    public TimeSpan PushgatewayInterval { get; init; } = TimeSpan.FromSeconds(15);
    /// <summary>Where people reach the page, for links in notifications; null: the listening address.</summary>
    public required Uri? PublicUrl { get; init; }
    /// <summary>Every setting as it was given or stands by default, by flag without its dashes; no secrets are among them.</summary>
    public required IReadOnlyDictionary<string, string> Flags { get; init; }
    public required IReadOnlyList<Access.AccessToken> Tokens { get; init; }
}
