using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>rate, increase and delta of native histograms over an anchored or smoothed range.</summary>
internal sealed class EdgedHistogramRate(RateNotes notes, LabelSet labels, bool isCounter, bool isSmoothed)
{
    public RangeResult Of(in RangeWindow window, EdgeIndexes edges, long begin, long end, double divisor)
    {
        var (first, last) = edges;
        var times = window.HistogramTimes;
        var histograms = window.Histograms;
        if (!AreOfOneKind(histograms[first..(last + 1)]))
            return notes.MixedSchemas(labels);
        var left = isSmoothed && times[first] < begin ? OnLine(times, histograms, first, begin) : histograms[first];
        var right = isSmoothed && last > 0 && times[last] > end ? OnLine(times, histograms, last - 1, end) : histograms[last];
        if (left is null || right is null)
            return notes.MixedSchemas(labels);
        if (!isCounter && (left.ResetHint != CounterResetHint.Gauge || right.ResetHint != CounterResetHint.Gauge))
            notes.NotGauge(labels);
        var change = Combine(right, left, -1);
        if (change is not null && isCounter && Lost(window, edges, left, right, begin) is { } lost)
            change = Combine(change, lost, 1);
        return change is null
            ? notes.MixedSchemas(labels)
            : RangeResult.Of(HistogramMath.Divide(change, divisor) with { ResetHint = CounterResetHint.Gauge });
    }

    private bool AreOfOneKind(ReadOnlySpan<NativeHistogram> histograms)
    {
        foreach (var histogram in histograms)
        {
            if (histogram.IsCustom() != histograms[0].IsCustom())
                return false;
            if (isCounter && histogram.ResetHint == CounterResetHint.Gauge)
                notes.NotCounter(labels);
        }
        return true;
    }

    private NativeHistogram? OnLine(ReadOnlySpan<long> times, ReadOnlySpan<NativeHistogram> histograms, int at, long moment)
    {
        var line = new HistogramLine(times[at], histograms[at], times[at + 1], histograms[at + 1]);
        return line.At(moment, isCounter, Combine);
    }

    // What resets inside the range took away. The last sample is seen through its value at the end alone: both carry one reset hint.
    private NativeHistogram? Lost(in RangeWindow window, EdgeIndexes edges, NativeHistogram left, NativeHistogram right, long begin)
    {
        var histograms = window.Histograms;
        var first = edges.First + 1;
        var previous = left;
        if (isSmoothed && window.HistogramTimes[edges.First] < begin && HistogramMath.IsReset(histograms[edges.First], histograms[first]))
            previous = histograms[first++];
        if (first > edges.Last)
            return null;
        NativeHistogram? lost = null;
        for (var i = first; i < edges.Last; i++)
        {
            if (HistogramMath.IsReset(previous, histograms[i]))
                lost = lost is null ? previous : Combine(lost, previous, 1);
            previous = histograms[i];
        }
        if (HistogramMath.IsReset(previous, right))
            lost = lost is null ? previous : Combine(lost, previous, 1);
        return lost;
    }

    private NativeHistogram? Combine(NativeHistogram a, NativeHistogram b, double sign)
    {
        var result = HistogramMath.Combine(a, b, sign, out var reconciled);
        if (reconciled)
            notes.Reconciled(sign < 0 ? "subtraction" : "addition");
        return result;
    }
}
