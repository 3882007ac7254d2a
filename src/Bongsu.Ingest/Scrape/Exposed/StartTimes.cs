using Bongsu.Ingest.Decode;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>Finds which <c>_created</c> line of OpenMetrics tells the start of which counters: family and labels but le and quantile are the same.</summary>
internal static class StartTimes
{
    /// <summary>Links a line that was just learnt, whose labels are still in the work, within the family whose metadata came last.</summary>
    public static void Link(KnownLine line, TargetSeries target, ScrapeWork work)
    {
        if (target.Families.Current is not { Type: MetricType.Counter or MetricType.Histogram or MetricType.Summary } family)
            return;
        var name = work.Labels.Value(work.Labels.Find("__name__"u8));
        if (!name.StartsWith(family.NameBytes))
            return;
        var suffix = name[family.NameBytes.Length..];
        var tells = suffix.SequenceEqual("_created"u8);
        if (!tells && !IsCounter(suffix, family.Type))
            return;
        if (Metric(family.NameBytes, work) is not { } metric)
            return;
        line.Start = target.StartOf(metric);
        line.TellsStart = tells;
    }

    private static bool IsCounter(ReadOnlySpan<byte> suffix, MetricType type) => type switch
    {
        MetricType.Counter => suffix.SequenceEqual("_total"u8),
        MetricType.Histogram => suffix.SequenceEqual("_bucket"u8) || suffix.SequenceEqual("_count"u8) || suffix.SequenceEqual("_sum"u8),
        _ => suffix.SequenceEqual("_count"u8) || suffix.SequenceEqual("_sum"u8),
    };

    private static LabelSet? Metric(ReadOnlySpan<byte> family, ScrapeWork work)
    {
        var labels = work.Scratch;
        labels.Clear();
        labels.Add("__name__"u8, family);
        for (var i = 0; i < work.Labels.Count; i++)
        {
            var name = work.Labels.Name(i);
            if (!name.SequenceEqual("__name__"u8) && !name.SequenceEqual("le"u8) && !name.SequenceEqual("quantile"u8))
                labels.Add(name, work.Labels.Value(i));
        }
        return labels.Canonical(out var canonical) ? LabelSet.FromCanonical(canonical) : null;
    }
}
