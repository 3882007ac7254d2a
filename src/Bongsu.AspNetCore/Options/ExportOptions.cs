namespace Bongsu.AspNetCore;

/// <summary>OTLP over HTTP with protobuf bodies. Waiting telemetry is bounded; what does not fit is dropped, oldest first, and counted.</summary>
public sealed class ExportOptions
{
    /// <summary>Off: nothing leaves the process (also <c>OTEL_SDK_DISABLED=true</c>).</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Base address; <c>v1/traces</c>, <c>v1/metrics</c> and <c>v1/logs</c> are appended (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>).</summary>
    public Uri Endpoint { get; set; } = new("http://127.0.0.1:4318");

    /// <summary>Exact address for spans, instead of <see cref="Endpoint"/> (<c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c>).</summary>
    public Uri? TracesEndpoint { get; set; }

    /// <summary>Exact address for metrics, instead of <see cref="Endpoint"/> (<c>OTEL_EXPORTER_OTLP_METRICS_ENDPOINT</c>).</summary>
    public Uri? MetricsEndpoint { get; set; }

    /// <summary>Exact address for logs, instead of <see cref="Endpoint"/> (<c>OTEL_EXPORTER_OTLP_LOGS_ENDPOINT</c>).</summary>
    public Uri? LogsEndpoint { get; set; }

    /// <summary>Headers sent with every export, such as a bearer token (<c>OTEL_EXPORTER_OTLP_HEADERS</c>). Never logged.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Compresses bodies (<c>OTEL_EXPORTER_OTLP_COMPRESSION=gzip</c>). Off by default: on the loopback it only costs.</summary>
    public bool Gzip { get; set; }

    /// <summary>For one attempt (<c>OTEL_EXPORTER_OTLP_TIMEOUT</c>, milliseconds).</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts for one batch of spans or logs before it is dropped and counted.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The longest wait between two attempts, whatever the collector asks for in Retry-After.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Spans, and log records, that may wait (<c>OTEL_BSP_MAX_QUEUE_SIZE</c>).</summary>
    public int QueueSize { get; set; } = 8192;

    /// <summary>Spans or log records in one request (<c>OTEL_BSP_MAX_EXPORT_BATCH_SIZE</c>).</summary>
    public int BatchSize { get; set; } = 512;

    /// <summary>The longest a span or log record waits for company (<c>OTEL_BSP_SCHEDULE_DELAY</c>, milliseconds).</summary>
    public TimeSpan BatchDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Characters kept of one attribute value or log body (<c>OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT</c>).</summary>
    public int MaxValueLength { get; set; } = 16384;

    /// <summary>Attributes kept on one span or log record (<c>OTEL_ATTRIBUTE_COUNT_LIMIT</c>).</summary>
    public int MaxAttributes { get; set; } = 128;
}
