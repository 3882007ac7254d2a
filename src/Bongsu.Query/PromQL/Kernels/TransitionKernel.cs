using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>resets and changes: how many neighbours in a window differ, by counting them once for the whole series.</summary>
internal sealed class TransitionKernel(bool isResets) : RangeKernel
{
    private int[] _upTo = new int[64];

    public override long Run(ReadOnlySpan<long> times, ReadOnlySpan<double> values, bool isMonotonic, WindowGrid windows, Span<double> into)
    {
        Count(values);
        var cursor = new WindowCursor(times, windows);
        long seen = 0;
        for (var step = 0; step < windows.Count; step++)
        {
            cursor.MoveTo(step);
            seen += cursor.Count;
            into[step] = cursor.Count == 0 ? SampleValues.StaleNaN : _upTo[cursor.High - 1] - _upTo[cursor.Low];
        }
        return seen;
    }

    private void Count(ReadOnlySpan<double> values)
    {
        if (_upTo.Length < values.Length)
            _upTo = new int[values.Length * 2];
        var total = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0 && (isResets ? values[i] < values[i - 1] : IsChange(values[i - 1], values[i])))
                total++;
            _upTo[i] = total;
        }
    }

    private static bool IsChange(double before, double now) => now != before && !(double.IsNaN(now) && double.IsNaN(before));
}
