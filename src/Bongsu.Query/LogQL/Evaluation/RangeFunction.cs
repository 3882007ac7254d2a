namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>What a range operation makes of the samples of one window. Not thread-safe.</summary>
internal sealed class RangeFunction(string operation, long rangeNanos, double parameter)
{
    private double[] _values = [];

    public double Apply(ReadOnlySpan<Sample> samples) => operation switch
    {
        "count_over_time" => samples.Length,
        "rate" => Sum(samples) / (rangeNanos / 1e9),
        "sum_over_time" => Sum(samples),
        "avg_over_time" => Average(samples),
        "min_over_time" => Extreme(samples, -1),
        "max_over_time" => Extreme(samples, 1),
        "first_over_time" => samples[0].Value,
        "last_over_time" => samples[^1].Value,
        "stdvar_over_time" => Variance(samples),
        "stddev_over_time" => Math.Sqrt(Variance(samples)),
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

    private static double Sum(ReadOnlySpan<Sample> samples)
    {
        double sum = 0;
        foreach (ref readonly var sample in samples)
            sum += sample.Value;
        return sum;
    }

    private static double Average(ReadOnlySpan<Sample> samples)
    {
        double mean = 0;
        for (var i = 0; i < samples.Length; i++)
            mean += (samples[i].Value - mean) / (i + 1);
        return mean;
    }

    private static double Extreme(ReadOnlySpan<Sample> samples, int sign)
    {
        var best = samples[0].Value;
        foreach (ref readonly var sample in samples[1..])
        {
            if (double.IsNaN(best) || sign * sample.Value > sign * best)
                best = sample.Value;
        }
        return best;
    }

    private static double Variance(ReadOnlySpan<Sample> samples)
    {
        double mean = 0, square = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var delta = samples[i].Value - mean;
            mean += delta / (i + 1);
            square += delta * (samples[i].Value - mean);
        }
        return square / samples.Length;
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
