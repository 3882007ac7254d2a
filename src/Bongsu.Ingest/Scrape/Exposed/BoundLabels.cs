using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>Spells bounds of buckets and quantiles as OpenMetrics does, in series of the family whose metadata came last. Pure.</summary>
internal static class BoundLabels
{
    public static void Normalize(LabelBuffer labels, ExposedFamily? family)
    {
        var name = family?.Type switch
        {
            MetricType.Histogram or MetricType.GaugeHistogram => "le"u8,
            MetricType.Summary => "quantile"u8,
            _ => default,
        };
        if (name.IsEmpty || labels.Find(name) is not (>= 0 and var at) || !labels.Value(labels.Find("__name__"u8)).StartsWith(family!.NameBytes))
            return;
        if (ExpositionNumber.TryParse(labels.Value(at), out var bound))
            labels.Replace(at, name, Encoding.UTF8.GetBytes(OpenMetricsFloat.Format(bound)));
    }
}
