namespace Bongsu.AspNetCore;

/// <summary>Which instruments are read. Values are cumulative.</summary>
public sealed class MetricOptions
{
    /// <summary>Off: no instrument is read (also <c>OTEL_METRICS_EXPORTER=none</c>).</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Names of meters; a trailing <c>*</c> matches any rest.</summary>
    public IList<string> Meters { get; } = ["*"];

    /// <summary>Time between exports (<c>OTEL_METRIC_EXPORT_INTERVAL</c>, milliseconds).</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Attribute sets kept per instrument; the rest is summed under <c>otel.metric.overflow=true</c> and the instrument is named in a warning.</summary>
    public int MaxSeriesPerInstrument { get; set; } = 500;
}
