using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Prometheus;

/// <summary>What is wrong with a native histogram that was read: parts that do not fit together, or that say what cannot be.</summary>
internal static class HistogramFault
{
    /// <summary>Null when all is well.</summary>
    public static string? Of(NativeHistogram histogram)
    {
        // A staleness marker carries nothing but its sum.
        if (histogram.IsStale)
            return null;
        if (!histogram.IsValid(out var fault))
            return fault;
        if (!(histogram.Count >= 0) || !(histogram.ZeroCount >= 0) || AnyBelowZero(histogram.PositiveBuckets) || AnyBelowZero(histogram.NegativeBuckets))
            return "a count is below zero or no number";
        if (histogram.Schema != NativeHistogram.CustomBucketsSchema)
            return histogram.CustomValues.Length > 0 ? "custom bounds stand beside an exponential schema" : null;
        if (histogram.NegativeSpans.Length > 0 || histogram.ZeroCount != 0)
            return "custom buckets stand beside negative ones or a zero bucket";
        if (histogram.CustomValues is [.., double.PositiveInfinity])
            return "the last custom bound is +Inf, which is implied";
        long end = 0;
        foreach (var span in histogram.PositiveSpans)
            end += (long)span.Offset + span.Length;
        return histogram.PositiveSpans is [{ Offset: < 0 }, ..] || end > histogram.CustomValues.Length + 1L ? "buckets lie beyond the custom bounds" : null;
    }

    private static bool AnyBelowZero(double[] counts)
    {
        foreach (var count in counts)
        {
            if (!(count >= 0))
                return true;
        }
        return false;
    }
}
