using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>irate and idelta: the last two samples of each window.</summary>
internal sealed class LastPairKernel(bool isRate) : RangeKernel
{
    public override long Run(ReadOnlySpan<long> times, ReadOnlySpan<double> values, bool isMonotonic, WindowGrid windows, Span<double> into)
    {
        var cursor = new WindowCursor(times, windows);
        long seen = 0;
        for (var step = 0; step < windows.Count; step++)
        {
            cursor.MoveTo(step);
            seen += cursor.Count;
            if (cursor.Count < 2)
            {
                into[step] = SampleValues.StaleNaN;
                continue;
            }
            var (previous, last) = (values[cursor.High - 2], values[cursor.High - 1]);
            var change = isRate && last < previous ? last : last - previous;
            into[step] = isRate ? change / ((times[cursor.High - 1] - times[cursor.High - 2]) / 1000.0) : change;
        }
        return seen;
    }
}
