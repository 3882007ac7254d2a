using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Range functions do not see staleness markers.</summary>
internal static class StaleMarkers
{
    public static void Remove(SampleColumns columns)
    {
        var times = columns.TimesMs.Mutable;
        var values = columns.Values.Mutable;
        var starts = columns.StartTimesMs.Mutable;
        var kept = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (SampleValues.IsStale(values[i]))
                continue;
            if (kept != i)
            {
                times[kept] = times[i];
                values[kept] = values[i];
                if (!starts.IsEmpty)
                    starts[kept] = starts[i];
            }
            kept++;
        }
        if (!starts.IsEmpty)
            columns.StartTimesMs.Truncate(kept);
        columns.TimesMs.Truncate(kept);
        columns.Values.Truncate(kept);
        RemoveHistograms(columns);
    }

    private static void RemoveHistograms(SampleColumns columns)
    {
        var kept = 0;
        for (var i = 0; i < columns.Histograms.Count; i++)
        {
            if (columns.Histograms[i].IsStale)
                continue;
            columns.HistogramTimesMs[kept] = columns.HistogramTimesMs[i];
            columns.Histograms[kept] = columns.Histograms[i];
            if (columns.HistogramStartTimesMs.Count > 0)
                columns.HistogramStartTimesMs[kept] = columns.HistogramStartTimesMs[i];
            kept++;
        }
        if (columns.HistogramStartTimesMs.Count > 0)
            columns.HistogramStartTimesMs.Truncate(kept);
        columns.HistogramTimesMs.Truncate(kept);
        columns.Histograms.RemoveRange(kept, columns.Histograms.Count - kept);
    }
}
