using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>The functions that need only the bounds of a window: count_over_time, present_over_time, last_over_time, first_over_time.</summary>
internal sealed class EdgeKernel(string function) : RangeKernel
{
    private readonly bool _isCount = function == "count_over_time";
    private readonly bool _isPresent = function == "present_over_time";
    private readonly bool _isLast = function == "last_over_time";

    public override long Run(ReadOnlySpan<long> times, ReadOnlySpan<double> values, bool isMonotonic, WindowGrid windows, Span<double> into)
    {
        var cursor = new WindowCursor(times, windows);
        long seen = 0;
        for (var step = 0; step < windows.Count; step++)
        {
            cursor.MoveTo(step);
            seen += cursor.Count;
            if (cursor.Count == 0)
                into[step] = SampleValues.StaleNaN;
            else if (_isCount)
                into[step] = cursor.Count;
            else
                into[step] = _isPresent ? 1 : values[_isLast ? cursor.High - 1 : cursor.Low];
        }
        return seen;
    }
}
