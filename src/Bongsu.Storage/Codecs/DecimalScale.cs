namespace Bongsu.Storage.Codecs;

/// <summary>Doubles that are short decimals as whole numbers and a power of ten, exact in both directions.</summary>
internal static class DecimalScale
{
    /// <summary>Beyond nine decimals scaled integers are no smaller than the double itself.</summary>
    public const int MaxExponent = 9;

    public static readonly double[] PowersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

    // What one value in how many may be without a short decimal form.
    private const int MaxMisfitShare = 8;

    /// <summary>The decimals that a sample of the values needs; -1 when many have no short decimal form.</summary>
    public static int Find(ReadOnlySpan<double> values)
    {
        var (exponent, misfits, probed) = (0, 0, 0);
        var step = Math.Max(1, values.Length / 32);
        for (var i = 0; i < values.Length; i += step)
        {
            probed++;
            var needed = exponent;
            while (needed <= MaxExponent && !TryScale(values[i], needed, out _))
                needed++;
            if (needed <= MaxExponent)
                exponent = needed;
            else if (double.IsFinite(values[i]))
                misfits++;
        }
        return misfits * MaxMisfitShare > probed ? -1 : exponent;
    }

    public static bool TryScale(double value, int exponent, out long scaled)
    {
        var product = exponent == 0 ? value : value * PowersOfTen[exponent];
        if (!(Math.Abs(product) < 1L << 52))
        {
            scaled = 0;
            return false;
        }
        scaled = exponent == 0 ? (long)product : (long)Math.Round(product);
        var back = exponent == 0 ? scaled : scaled / PowersOfTen[exponent];
        return BitConverter.DoubleToInt64Bits(back) == BitConverter.DoubleToInt64Bits(value);
    }
}
