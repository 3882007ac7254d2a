using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>
/// sum_over_time and avg_over_time. Windows that overlap much take the difference of two prefix sums, which are twice as precise as a double; where that
/// could still be off by more than 1e-13 (a small sum after large ones), and where numbers are not finite, the window is added up by itself.
/// </summary>
internal sealed class SumKernel(bool isMean) : RangeKernel
{
    // Each addition of a DoubleDouble is off by at most 2^-104 of the largest sum so far.
    private static readonly double ErrorOfAddition = Math.ScaleB(1, -104);

    // Why: this many additions take a few milliseconds.
    private const int WorkBetweenChecks = 1_000_000;

    private int _work;
    private DoubleDouble[] _upTo = new DoubleDouble[64];
    private int[] _nonZero = new int[64];

    public override long Run(ReadOnlySpan<long> times, ReadOnlySpan<double> values, bool isMonotonic, WindowGrid windows, Span<double> into)
    {
        var isPrefixed = times.Length > 0 && PlainWork(times, windows) > 4L * times.Length;
        var tooSmall = isPrefixed ? Load(values) * 1e13 : 0;
        isPrefixed &= double.IsFinite(tooSmall);
        var cursor = new WindowCursor(times, windows);
        long seen = 0;
        for (var step = 0; step < windows.Count; step++)
        {
            cursor.MoveTo(step);
            seen += cursor.Count;
            if (cursor.Count == 0)
            {
                into[step] = SampleValues.StaleNaN;
                continue;
            }
            var sum = isPrefixed ? Difference(cursor.Low, cursor.High) : 0;
            into[step] = isPrefixed && (Math.Abs(sum) > tooSmall || _nonZero[cursor.Low] == _nonZero[cursor.High])
                ? (isMean ? sum / cursor.Count : sum)
                : Plain(values[cursor.Low..cursor.High]);
        }
        return seen;
    }

    /// <summary>Fills the prefix sums; gives the most that any of them may be off by.</summary>
    private double Load(ReadOnlySpan<double> values)
    {
        if (_upTo.Length <= values.Length)
        {
            _upTo = new DoubleDouble[values.Length * 2];
            _nonZero = new int[values.Length * 2];
        }
        var total = default(DoubleDouble);
        var nonZero = 0;
        var largest = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            _upTo[i] = total;
            _nonZero[i] = nonZero;
            total = total.Plus(values[i]);
            nonZero += values[i] != 0 ? 1 : 0;
            largest = Math.Max(largest, Math.Abs(total.High));
        }
        _upTo[values.Length] = total;
        _nonZero[values.Length] = nonZero;
        return largest * values.Length * ErrorOfAddition;
    }

    // Why: a window of zeros alone is zero, whatever was lost of the values before it.
    private double Difference(int low, int high) => _nonZero[low] == _nonZero[high] ? 0 : _upTo[high].Minus(_upTo[low]).High;

    private double Plain(ReadOnlySpan<double> window)
    {
        _work += window.Length;
        if (_work > WorkBetweenChecks)
        {
            Cancellation.ThrowIfCancellationRequested();
            _work = 0;
        }
        if (isMean)
        {
            var mean = new KahanMean();
            foreach (var value in window)
                mean.Add(value);
            return mean.Mean;
        }
        var sum = new KahanSum();
        foreach (var value in window)
            sum.Add(value);
        return sum.Total;
    }
}
