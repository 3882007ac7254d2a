using Bongsu.Query.PromQL.Histograms;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>The way from one native histogram of a series to the next.</summary>
internal readonly record struct HistogramLine(long FromMs, NativeHistogram From, long ToMs, NativeHistogram To)
{
    /// <summary>The histogram at a moment between; null when the two do not go together. A counter that was reset between them began at zero.</summary>
    public NativeHistogram? At(long momentMs, bool isCounter, Func<NativeHistogram, NativeHistogram, double, NativeHistogram?> combine)
    {
        if (momentMs == FromMs)
            return From;
        if (momentMs == ToMs)
            return To;
        var share = (momentMs - FromMs) / (double)(ToMs - FromMs);
        if (isCounter && HistogramMath.IsReset(From, To))
            return HistogramMath.Scale(To, share);
        return combine(To, From, -1) is { } way ? combine(HistogramMath.Scale(way, share), From, 1) : null;
    }
}
