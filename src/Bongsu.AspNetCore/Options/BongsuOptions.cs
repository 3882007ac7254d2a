namespace Bongsu.AspNetCore;

/// <summary>Everything <c>AddBongsu</c> does, each part with its own switch. Read once at start; later changes have no effect.</summary>
public sealed class BongsuOptions
{
    /// <summary>Switches the whole library off (also <c>OTEL_SDK_DISABLED=true</c>, which only stops telemetry).</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Resource attribute <c>service.name</c>; the entry assembly's name unless set here or by <c>OTEL_SERVICE_NAME</c>.</summary>
    public string ServiceName { get; set; } = "";

    /// <summary>Resource attribute <c>service.version</c>; the entry assembly's informational version unless set.</summary>
    public string ServiceVersion { get; set; } = "";

    /// <summary>Resource attribute <c>deployment.environment.name</c>; the host's environment in lower case unless set.</summary>
    public string EnvironmentName { get; set; } = "";

    /// <summary>Further resource attributes, such as <c>service.namespace</c>; also <c>OTEL_RESOURCE_ATTRIBUTES</c>.</summary>
    public IDictionary<string, string> ResourceAttributes { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where telemetry goes and how much of it may wait.</summary>
    public ExportOptions Export { get; } = new();

    /// <summary>Which spans are kept.</summary>
    public TraceOptions Traces { get; } = new();

    /// <summary>Which instruments are read, and how often.</summary>
    public MetricOptions Metrics { get; } = new();

    /// <summary>Which log records are exported, and how the console shows them.</summary>
    public LogOptions Logs { get; } = new();

    /// <summary>Request ids, the request-summary line and captured headers.</summary>
    public RequestOptions Requests { get; } = new();

    /// <summary>The health endpoints and the dependencies they watch.</summary>
    public HealthOptions Health { get; } = new();

    /// <summary>How the service leaves: readiness off, wait, drain, flush.</summary>
    public ShutdownOptions Shutdown { get; } = new();
}
