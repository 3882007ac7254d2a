namespace Bongsu.Response.Triage;

/// <summary>Requests, failed requests and seconds spent on requests, per bin.</summary>
internal sealed class Tally(int bins)
{
    public double[] Requests { get; } = new double[bins];
    public double[] Failed { get; } = new double[bins];
    public double[] Seconds { get; } = new double[bins];

    /// <summary>What is bad about them: failed requests, or seconds.</summary>
    public double[] Bad(TriageKind kind) => kind == TriageKind.Errors ? Failed : Seconds;

    public Tally Slice(Range bins)
    {
        var (offset, length) = bins.GetOffsetAndLength(Requests.Length);
        var result = new Tally(length);
        Requests.AsSpan(offset, length).CopyTo(result.Requests);
        Failed.AsSpan(offset, length).CopyTo(result.Failed);
        Seconds.AsSpan(offset, length).CopyTo(result.Seconds);
        return result;
    }

    public double TotalRequests(Range bins) => Sum(Requests, bins);

    public static double Sum(double[] values, Range bins)
    {
        double sum = 0;
        foreach (var value in values.AsSpan(bins))
            sum += value;
        return sum;
    }
}
