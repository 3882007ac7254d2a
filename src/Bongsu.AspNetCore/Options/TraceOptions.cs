namespace Bongsu.AspNetCore;

/// <summary>Which spans are made and kept. A caller's sampling decision in <c>traceparent</c> is always followed.</summary>
public sealed class TraceOptions
{
    /// <summary>Off: no spans, though trace context still flows (also <c>OTEL_TRACES_EXPORTER=none</c>).</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Names of activity sources; a trailing <c>*</c> matches any rest. The service's own name is always included.</summary>
    public IList<string> Sources { get; } = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql"];

    /// <summary>Share of new traces kept, 0 to 1 (<c>OTEL_TRACES_SAMPLER</c> and <c>OTEL_TRACES_SAMPLER_ARG</c>).</summary>
    public double SampleRatio { get; set; } = 1;
}
