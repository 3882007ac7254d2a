namespace Bongsu.Query.PromQL.Kernels;

/// <summary>
/// The windows of the steps of a grid: window s sees the samples in (begin, end], where end is <paramref name="FirstEndMs"/> + s ×
/// <paramref name="StepMs"/> and begin lies <paramref name="RangeMs"/> before it. Times in ms since the epoch.
/// </summary>
internal readonly record struct WindowGrid(long FirstEndMs, long StepMs, int Count, long RangeMs)
{
    public double RangeSeconds => RangeMs / 1000.0;

    public long EndMs(int step) => FirstEndMs + step * StepMs;

    public long BeginMs(int step) => EndMs(step) - RangeMs;
}
