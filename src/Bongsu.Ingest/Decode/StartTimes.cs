using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode;

/// <summary>Fills the columns of start times, which stay empty as long as no sample says when its counter began.</summary>
internal static class StartTimes
{
    /// <summary>Says the start of the float sample that was added last; 0 when unknown.</summary>
    public static void OfLastSample(MetricBatch batch, long startMs) => Set(batch.SampleStartTimesMs, batch.SampleSeries.Count, Clean(startMs, batch.SampleTimesMs.Span[^1]));

    /// <summary>Says the start of the histogram that was added last; 0 when unknown.</summary>
    public static void OfLastHistogram(MetricBatch batch, long startMs) => Set(batch.HistogramStartTimesMs, batch.Histograms.Count, Clean(startMs, batch.Histograms[^1].TimestampMs));

    /// <summary>Makes the columns as long as those of the samples, once all have been added.</summary>
    public static void Finish(MetricBatch batch)
    {
        if (batch.SampleStartTimesMs.Count > 0)
            Fill(batch.SampleStartTimesMs, batch.SampleSeries.Count);
        if (batch.HistogramStartTimesMs.Count > 0)
            Fill(batch.HistogramStartTimesMs, batch.Histograms.Count);
    }

    // A counter cannot begin after it was read; such a start says nothing.
    private static long Clean(long startMs, long timeMs) => startMs > 0 && startMs <= timeMs ? startMs : 0;

    private static void Set(Column<long> starts, int count, long startMs)
    {
        if (startMs == 0)
            return;
        Fill(starts, count - 1);
        starts.Add(startMs);
    }

    private static void Fill(Column<long> starts, int count)
    {
        while (starts.Count < count)
            starts.Add(0);
    }
}
