namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>What the range operations that need all samples of a window make of them. Not thread-safe.</summary>
internal sealed class RangeFunction(string operation, long rangeNanos, double parameter)
{
    private double[] _values = [];

    public double Apply(ReadOnlySpan<Sample> samples) => operation switch
    {
        "quantile_over_time" => Quantile(samples),
        "rate_counter" => CounterRate(samples, rangeNanos),
        _ => throw new InvalidOperationException($"BUG: range operation {operation} passed the parser."),
    };

    /// <summary>The φ-quantile with linear interpolation between the closest ranks, as Prometheus has it.</summary>
    public static double Quantile(ReadOnlySpan<double> sorted, double phi)
    {
        if (sorted.Length == 0 || double.IsNaN(phi))
            return double.NaN;
        if (phi < 0)
            return double.NegativeInfinity;
        if (phi > 1)
            return double.PositiveInfinity;
        var rank = phi * (sorted.Length - 1);
        var lower = (int)Math.Floor(rank);
        var upper = Math.Min(sorted.Length - 1, lower + 1);
        var weight = rank - lower;
        return sorted[lower] * (1 - weight) + sorted[upper] * weight;
    }

    private double Quantile(ReadOnlySpan<Sample> samples)
    {
        if (_values.Length < samples.Length)
            _values = new double[Math.Max(samples.Length, _values.Length * 2)];
        for (var i = 0; i < samples.Length; i++)
            _values[i] = samples[i].Value;
        var values = _values.AsSpan(0, samples.Length);
        values.Sort();
        return Quantile(values, parameter);
    }

    // A counter's increase with resets made good. Why the stretch: Loki means to extrapolate to the start of the window as Prometheus does, but counts
    // the window in ms and the samples in ns; what remains of it is the window's milliseconds over the samples' nanoseconds, about a millionth.
    private static double CounterRate(ReadOnlySpan<Sample> samples, long rangeNanos)
    {
        if (samples.Length < 2)
            return 0;
        var first = samples[0].Value;
        var increase = samples[^1].Value - first;
        for (var i = 1; i < samples.Length; i++)
        {
            if (samples[i].Value < samples[i - 1].Value)
                increase += samples[i - 1].Value;
        }
        double sampledNanos = samples[^1].TimeUnixNano - samples[0].TimeUnixNano;
        if (increase > 0 && first >= 0 && sampledNanos > 0)
            increase *= 1 + Math.Min(first / increase, rangeNanos / 1e6 / sampledNanos);
        return increase / (rangeNanos / 1e9);
    }
}
