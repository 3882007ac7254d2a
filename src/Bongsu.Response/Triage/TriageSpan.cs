namespace Bongsu.Response.Triage;

/// <summary>The healthy and the affected bins of one triage. One bin before the onset belongs to neither: it may hold some of both.</summary>
/// <param name="HealthyFrom">First healthy bin: after an earlier incident, if there was one.</param>
/// <param name="End">The bin after the last affected one: now, or when it recovered.</param>
internal readonly record struct TriageSpan(BinGrid Grid, int HealthyFrom, int OnsetBin, int End)
{
    public Range Healthy => HealthyFrom..Math.Max(HealthyFrom + 1, OnsetBin - 1);
    public Range Affected => OnsetBin..End;
    public long OnsetMs => Grid.StartOf(OnsetBin);
    public long EndMs => Grid.StartOf(End);

    /// <summary>How far two onsets may lie apart and still be called the same time: three bins, and half a minute at least.</summary>
    public long ToleranceMs => Math.Max(3 * Grid.BinMs, 30_000);
}
