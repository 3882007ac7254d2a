namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>What the range operations make of the samples of one window. Pure.</summary>
internal static class RangeFunction
{
    public static double Apply(string operation, SampleSeries series, int from, int to, long rangeNanos, double parameter)
    {
        var seconds = rangeNanos / 1e9;
        return operation switch
        {
            "count_over_time" => to - from,
            "rate" => Sum(series, from, to) / seconds,
            "bytes_rate" => Sum(series, from, to) / seconds,
            "bytes_over_time" or "sum_over_time" => Sum(series, from, to),
            "avg_over_time" => Average(series, from, to),
            "min_over_time" => Extreme(series, from, to, -1),
            "max_over_time" => Extreme(series, from, to, 1),
            "first_over_time" => series[from].Value,
            "last_over_time" => series[to - 1].Value,
            "stdvar_over_time" => Variance(series, from, to),
            "stddev_over_time" => Math.Sqrt(Variance(series, from, to)),
            "quantile_over_time" => Quantile(series, from, to, parameter),
            "rate_counter" => CounterRate(series, from, to, rangeNanos),
            _ => throw new InvalidOperationException($"BUG: range operation {operation} passed the parser."),
        };
    }

    /// <summary>The φ-quantile with linear interpolation between the closest ranks, as Prometheus has it.</summary>
    public static double Quantile(List<double> sorted, double phi)
    {
        if (sorted.Count == 0 || double.IsNaN(phi))
            return double.NaN;
        if (phi < 0)
            return double.NegativeInfinity;
        if (phi > 1)
            return double.PositiveInfinity;
        var rank = phi * (sorted.Count - 1);
        var lower = (int)Math.Floor(rank);
        var upper = Math.Min(sorted.Count - 1, lower + 1);
        var weight = rank - lower;
        return sorted[lower] * (1 - weight) + sorted[upper] * weight;
    }

    private static double Sum(SampleSeries series, int from, int to)
    {
        double sum = 0;
        for (var i = from; i < to; i++)
            sum += series[i].Value;
        return sum;
    }

    private static double Average(SampleSeries series, int from, int to)
    {
        double mean = 0;
        for (var i = from; i < to; i++)
            mean += (series[i].Value - mean) / (i - from + 1);
        return mean;
    }

    private static double Extreme(SampleSeries series, int from, int to, int sign)
    {
        var best = series[from].Value;
        for (var i = from + 1; i < to; i++)
        {
            if (double.IsNaN(best) || sign * series[i].Value > sign * best)
                best = series[i].Value;
        }
        return best;
    }

    private static double Variance(SampleSeries series, int from, int to)
    {
        double mean = 0, square = 0;
        for (var i = from; i < to; i++)
        {
            var delta = series[i].Value - mean;
            mean += delta / (i - from + 1);
            square += delta * (series[i].Value - mean);
        }
        return square / (to - from);
    }

    private static double Quantile(SampleSeries series, int from, int to, double phi)
    {
        var values = new List<double>(to - from);
        for (var i = from; i < to; i++)
            values.Add(series[i].Value);
        values.Sort();
        return Quantile(values, phi);
    }

    // A counter's increase with resets made good. Why the stretch: Loki means to extrapolate to the start of the window as Prometheus does, but counts
    // the window in ms and the samples in ns; what remains of it is the window's milliseconds over the samples' nanoseconds, about a millionth.
    private static double CounterRate(SampleSeries series, int from, int to, long rangeNanos)
    {
        if (to - from < 2)
            return 0;
        var first = series[from].Value;
        var increase = series[to - 1].Value - first;
        for (var i = from + 1; i < to; i++)
        {
            if (series[i].Value < series[i - 1].Value)
                increase += series[i - 1].Value;
        }
        double sampledNanos = series[to - 1].TimeUnixNano - series[from].TimeUnixNano;
        if (increase > 0 && first >= 0 && sampledNanos > 0)
            increase *= 1 + Math.Min(first / increase, rangeNanos / 1e6 / sampledNanos);
        return increase / (rangeNanos / 1e9);
    }
}
