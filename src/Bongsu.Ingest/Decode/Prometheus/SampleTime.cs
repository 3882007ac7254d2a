using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Prometheus;

/// <summary>Times of samples as remote write sends them: ms since the epoch.</summary>
internal static class SampleTime
{
    // 2262-04-11 in ms: the last time that also has a count of nanoseconds.
    public const long MaxMs = long.MaxValue / 1_000_000;

    public static bool IsPossible(long timeMs) => timeMs is >= 0 and <= MaxMs;

    /// <summary>Whether the time is possible; if not, the sample is counted as refused.</summary>
    public static bool Check(long timeMs, MetricBatch batch, int series, RejectionTally tally)
    {
        if (IsPossible(timeMs))
            return true;
        tally.Add(timeMs < 0 ? RejectReason.TooOld : RejectReason.TooFarInFuture,
            $"sample of '{NameOf(batch, series)}' at {timeMs} ms is {(timeMs < 0 ? "before 1970" : "after 2262")}; times are milliseconds since 1970");
        return false;
    }

    /// <summary>The metric name of a series, for messages.</summary>
    public static string NameOf(MetricBatch batch, int series)
    {
        var labels = new LabelReader(batch.SeriesLabels(series));
        while (labels.MoveNext())
        {
            if (labels.Name.SequenceEqual("__name__"u8))
                return Text.Preview(labels.Value);
        }
        return "";
    }
}
