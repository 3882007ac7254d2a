namespace Bongsu.Response.Triage;

/// <summary>Requests, failed requests and seconds spent on requests, per bin.</summary>
internal sealed class Tally(int bins)
{
    public double[] Requests { get; } = new double[bins];
    public double[] Failed { get; } = new double[bins];
    public double[] Seconds { get; } = new double[bins];

    /// <summary>What is bad about them: failed requests, or seconds.</summary>
    public double[] Bad(TriageKind kind) => kind == TriageKind.Errors ? Failed : Seconds;

    /// <summary>Adds neighbours together: <paramref name="factor"/> bins become one, counted from the end.</summary>
    public Tally Coarser(int factor)
    {
        var bins = Requests.Length / factor;
        var result = new Tally(bins);
        var skip = Requests.Length - (bins * factor);
        for (var i = skip; i < Requests.Length; i++)
        {
            var to = (i - skip) / factor;
            result.Requests[to] += Requests[i];
            result.Failed[to] += Failed[i];
            result.Seconds[to] += Seconds[i];
        }
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
