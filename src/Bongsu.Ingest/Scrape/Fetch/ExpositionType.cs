using Bongsu.Ingest.Decode.Exposition;

namespace Bongsu.Ingest.Scrape.Fetch;

/// <summary>Which form a Content-Type names. Pure.</summary>
internal static class ExpositionType
{
    /// <summary>The form; null when the type is missing or names none.</summary>
    public static ExpositionFormat? Of(string? contentType)
    {
        var type = contentType ?? "";
        var end = type.IndexOf(';', StringComparison.Ordinal);
        var media = (end < 0 ? type : type[..end]).Trim().ToLowerInvariant();
        return media switch
        {
            "text/plain" => ExpositionFormat.PrometheusText,
            "application/openmetrics-text" => ExpositionFormat.OpenMetrics,
            "application/vnd.google.protobuf" when type.Contains("io.prometheus.client.MetricFamily", StringComparison.OrdinalIgnoreCase)
                && type.Contains("delimited", StringComparison.OrdinalIgnoreCase) => ExpositionFormat.Protobuf,
            _ => null,
        };
    }
}
