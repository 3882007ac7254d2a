namespace Bongsu.Query.PromQL.Kernels;

/// <summary>
/// The change seen between the first and the last sample of a window stands for a range that is longer: it is stretched to the ends of the range, or by
/// half a sample interval where the series seems to begin or end inside, and for counters not beyond where the counter would have been zero.
/// </summary>
internal readonly struct Extrapolation
{
    private readonly double _sampled;
    private readonly double _toStart;
    private readonly double _toEnd;
    private readonly double _divisor;

    /// <param name="firstMs">Time of the first sample in the window.</param>
    /// <param name="lastMs">Time of the last; after the first.</param>
    /// <param name="count">Samples in the window, 2 or more.</param>
    /// <param name="beginMs">Where the window begins.</param>
    /// <param name="endMs">Where it ends.</param>
    /// <param name="isRate">The change is wanted per second.</param>
    /// <param name="rollupMs">How long a rollup is, where some are in the window: the end of the window may lie within one that is counted elsewhere.</param>
    public Extrapolation(long firstMs, long lastMs, long count, long beginMs, long endMs, bool isRate, long rollupMs = 0)
    {
        _sampled = (lastMs - firstMs) / 1000.0;
        var interval = _sampled / (count - 1);
        var threshold = interval * 1.1;
        _toStart = (firstMs - beginMs) / 1000.0;
        if (_toStart >= threshold)
            _toStart = interval / 2;
        _toEnd = (endMs - lastMs) / 1000.0;
        if (_toEnd >= threshold && _toEnd >= rollupMs / 1000.0)
            _toEnd = interval / 2;
        _divisor = isRate ? (endMs - beginMs) / 1000.0 : 1;
    }

    /// <summary>What the change is multiplied by when it is not that of a counter near zero.</summary>
    public double Factor => FactorFrom(_toStart);

    public double CounterFactor(double change, double first) =>
        change > 0 && first >= 0 ? FactorFrom(Math.Min(_toStart, _sampled * (first / change))) : Factor;

    /// <summary>
    /// Whether the counter may have been zero within the stretch to the start. Otherwise <see cref="CounterFactor"/> is <see cref="Factor"/>: where the
    /// first value is more than twice the change, zero lies two sampled times back, and no stretch is longer than 1.1 of them.
    /// </summary>
    public static bool IsNearZero(double change, double first) => change > 0 && first >= 0 && first <= 2 * change;

    private double FactorFrom(double toStart) => (_sampled + toStart + _toEnd) / _sampled / _divisor;
}
