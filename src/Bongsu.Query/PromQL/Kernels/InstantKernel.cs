using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>An instant selector over the floats of one series: for each step the newest sample of its window, which is the lookback.</summary>
internal static class InstantKernel
{
    /// <summary>Fills every step; a staleness marker that is the newest sample makes the step one without a value, as it is.</summary>
    public static void Run(ReadOnlySpan<long> times, ReadOnlySpan<double> values, WindowGrid windows, Span<double> into)
    {
        if (times.IsEmpty)
        {
            into[..windows.Count].Fill(SampleValues.StaleNaN);
            return;
        }
        var even = EvenWindows.Of(times, windows);
        Walk(times, values, windows, 0, even.Last == 0 ? windows.Count : even.First, into);
        if (even.Last == 0)
            return;
        Even(values, even, into[even.First..even.Last]);
        Walk(times, values, windows, even.Last, windows.Count, into);
    }

    private static void Walk(ReadOnlySpan<long> times, ReadOnlySpan<double> values, WindowGrid windows, int from, int to, Span<double> into)
    {
        if (from == to)
            return;
        var cursor = new WindowCursor(times, windows, from);
        for (var step = from; step < to; step++)
        {
            cursor.MoveTo(step);
            into[step] = cursor.Count > 0 ? values[cursor.High - 1] : SampleValues.StaleNaN;
        }
    }

    private static void Even(ReadOnlySpan<double> values, EvenWindows even, Span<double> into)
    {
        if (even.Count == 0)
        {
            into.Fill(SampleValues.StaleNaN);
            return;
        }
        var newest = values[(even.Low + even.Count - 1)..];
        if (even.Stride == 1)
        {
            newest[..into.Length].CopyTo(into);
            return;
        }
        for (int step = 0, at = 0; step < into.Length; step++, at += even.Stride)
            into[step] = newest[at];
    }
}
