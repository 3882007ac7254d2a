namespace Bongsu.Response.Triage;

/// <summary>A robust test on mean durations per bin: median and MAD of the healthy bins, with a floor of 2 % of the median.</summary>
internal static class LatencyShift
{
    public static Shift Measure(ReadOnlySpan<double> secondsBefore, ReadOnlySpan<double> requestsBefore, ReadOnlySpan<double> secondsAfter, ReadOnlySpan<double> requestsAfter)
    {
        var before = Means(secondsBefore, requestsBefore);
        var after = Means(secondsAfter, requestsAfter);
        var requests = Sum(requestsAfter);
        if (after.Length == 0 || requests <= 0)
            return Shift.None;
        var mean = Sum(secondsAfter) / requests;
        if (before.Length == 0) // a call that was never made before: all its time is new
            return new Shift(0, mean, requests, mean * requests, double.PositiveInfinity, 0);
        var median = Robust.Median(before);
        var scatter = Math.Max(Robust.Deviation(before, median), TriageWeights.LatencyFloor * median);
        var healthy = Trimmed(secondsBefore, requestsBefore, median, scatter);
        var error = scatter * Math.Sqrt((1.0 / before.Length) + (1.0 / after.Length));
        var z = (mean - healthy) / Math.Max(Math.Max(error, TriageWeights.LatencyFloor * median), 1e-9);
        return new Shift(healthy, mean, requests, (mean - healthy) * requests, z, z >= TriageWeights.PartLatencyZ ? 0 : 1);
    }

    /// <summary>The gate's z: the median bin against the scatter of single healthy bins, not of their mean.</summary>
    public static double GateZ(ReadOnlySpan<double> secondsBefore, ReadOnlySpan<double> requestsBefore, ReadOnlySpan<double> secondsAfter, ReadOnlySpan<double> requestsAfter)
    {
        var before = Means(secondsBefore, requestsBefore);
        var after = Means(secondsAfter, requestsAfter);
        if (before.Length == 0 || after.Length == 0)
            return 0;
        var median = Robust.Median(before);
        return (Robust.Median(after) - median) / Math.Max(Math.Max(Robust.Deviation(before, median), TriageWeights.LatencyFloor * median), 1e-9);
    }

    internal static double[] Means(ReadOnlySpan<double> seconds, ReadOnlySpan<double> requests)
    {
        var means = new List<double>(seconds.Length);
        for (var i = 0; i < seconds.Length; i++)
        {
            if (requests[i] > 0)
                means.Add(seconds[i] / requests[i]);
        }
        return [.. means];
    }

    /// <summary>The mean of all requests but those in bins that stand out: outliers must not hide in the baseline, nor bias it.</summary>
    private static double Trimmed(ReadOnlySpan<double> seconds, ReadOnlySpan<double> requests, double median, double scatter)
    {
        double sum = 0, count = 0;
        for (var i = 0; i < seconds.Length; i++)
        {
            if (requests[i] <= 0 || Math.Abs((seconds[i] / requests[i]) - median) > 4 * scatter)
                continue;
            sum += seconds[i];
            count += requests[i];
        }
        return count > 0 ? sum / count : median;
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
            sum += value;
        return sum;
    }
}
