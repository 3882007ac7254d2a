namespace Bongsu.Response.Triage;

/// <summary>The healthy and the affected bins of one triage. One bin before the onset belongs to neither: it may hold some of both.</summary>
internal readonly record struct TriageSpan(BinGrid Grid, int OnsetBin)
{
    public Range Healthy => ..(OnsetBin - 1);
    public Range Affected => OnsetBin..;
    public long OnsetMs => Grid.StartOf(OnsetBin);

    /// <summary>How far two onsets may lie apart and still be called the same time: three bins, and half a minute at least.</summary>
    public long ToleranceMs => Math.Max(3 * Grid.BinMs, 30_000);
}
