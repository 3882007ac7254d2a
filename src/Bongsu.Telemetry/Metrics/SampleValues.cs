namespace Bongsu.Telemetry.Metrics;

/// <summary>Values with a meaning of their own.</summary>
public static class SampleValues
{
    /// <summary>The NaN that marks the end of a series (Prometheus' staleness marker).</summary>
    public const long StaleNaNBits = 0x7ff0000000000002;

    /// <summary>The ordinary NaN as Prometheus writes it.</summary>
    public const long NormalNaNBits = 0x7ff8000000000001;

    public static readonly double StaleNaN = BitConverter.Int64BitsToDouble(StaleNaNBits);

    public static bool IsStale(double value) => BitConverter.DoubleToInt64Bits(value) == StaleNaNBits;
}
