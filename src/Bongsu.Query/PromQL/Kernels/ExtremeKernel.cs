using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>
/// min_over_time and max_over_time. Windows that overlap much share a queue of the values that may yet be the extreme of a window: each sample enters and
/// leaves it once. NaN gives way to any number.
/// </summary>
internal sealed class ExtremeKernel(bool least) : RangeKernel
{
    private int[] _queue = new int[64];

    public override long Run(ReadOnlySpan<long> times, ReadOnlySpan<double> values, bool isMonotonic, WindowGrid windows, Span<double> into)
    {
        var isQueued = times.Length > 0 && PlainWork(times, windows) > 4L * times.Length;
        if (_queue.Length < values.Length)
            _queue = new int[values.Length * 2];
        var cursor = new WindowCursor(times, windows);
        long seen = 0;
        int head = 0, tail = 0, next = 0;
        for (var step = 0; step < windows.Count; step++)
        {
            cursor.MoveTo(step);
            seen += cursor.Count;
            if (cursor.Count == 0)
            {
                into[step] = SampleValues.StaleNaN;
                continue;
            }
            if (!isQueued)
            {
                into[step] = Plain(values[cursor.Low..cursor.High]);
                continue;
            }
            for (next = Math.Max(next, cursor.Low); next < cursor.High; next++)
                Enter(values, next, head, ref tail);
            while (head < tail && _queue[head] < cursor.Low)
                head++;
            into[step] = head < tail ? values[_queue[head]] : values[cursor.High - 1];
        }
        return seen;
    }

    // Why: a value that equals one in the queue does not replace it, so that of 0 and -0 the first stays, as in plain evaluation.
    private void Enter(ReadOnlySpan<double> values, int index, int head, ref int tail)
    {
        var value = values[index];
        if (double.IsNaN(value))
            return;
        while (tail > head && (least ? value < values[_queue[tail - 1]] : value > values[_queue[tail - 1]]))
            tail--;
        _queue[tail++] = index;
    }

    private double Plain(ReadOnlySpan<double> window)
    {
        var best = window[0];
        for (var i = 1; i < window.Length; i++)
        {
            if ((least ? window[i] < best : window[i] > best) || double.IsNaN(best))
                best = window[i];
        }
        return best;
    }
}
