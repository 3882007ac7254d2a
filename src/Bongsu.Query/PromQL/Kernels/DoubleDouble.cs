namespace Bongsu.Query.PromQL.Kernels;

/// <summary>A sum of doubles held in two of them, exact to about 106 bits while it is finite.</summary>
internal readonly struct DoubleDouble(double high, double low)
{
    /// <summary>The sum, rounded.</summary>
    public double High => high;

    private double Low => low;

    public DoubleDouble Plus(double value)
    {
        var sum = high + value;
        var part = sum - high;
        var rest = low + ((high - (sum - part)) + (value - part));
        var newHigh = sum + rest;
        return new DoubleDouble(newHigh, rest - (newHigh - sum));
    }

    public DoubleDouble Minus(DoubleDouble other)
    {
        var difference = high - other.High;
        var part = difference - high;
        var rest = (high - (difference - part)) - (other.High + part) + (low - other.Low);
        var newHigh = difference + rest;
        return new DoubleDouble(newHigh, rest - (newHigh - difference));
    }
}
