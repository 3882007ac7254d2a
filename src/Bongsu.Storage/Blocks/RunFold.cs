using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>Puts runs and samples of one series, which come ascending, behind each other: joined where no cut parts them. Not thread-safe.</summary>
internal ref struct RunFold(ReadOnlySpan<long> cutsMs, Column<SampleRun> scratch, Column<SampleRun> into)
{
    private readonly ReadOnlySpan<long> _cutsMs = cutsMs;
    private readonly int _start = into.Count;
    private int _cut;
    private int _joinCut;

    /// <summary>Whether a cut lies between the first and the last sample of a stretch; stretches are asked for in order of their first.</summary>
    public bool IsParted(long firstMs, long lastMs)
    {
        SkipTo(firstMs);
        return _cut < _cutsMs.Length && _cutsMs[_cut] < lastMs;
    }

    /// <summary>Adds a run; one that a cut parts is on the side of its last sample.</summary>
    public void Add(in SampleRun run)
    {
        while (_joinCut < _cutsMs.Length && _cutsMs[_joinCut] < run.LastMs)
            _joinCut++;
        if (into.Count > _start && (_joinCut == 0 || _cutsMs[_joinCut - 1] < into[into.Count - 1].LastMs))
            into[into.Count - 1] = into[into.Count - 1].Then(run);
        else
            into.Add(run);
    }

    public void Add(ReadOnlySpan<long> timesMs, ReadOnlySpan<double> values)
    {
        if (timesMs.IsEmpty)
            return;
        SkipTo(timesMs[0]);
        scratch.Clear();
        SampleRuns.Append(timesMs, values, _cutsMs[_cut..], scratch);
        foreach (ref readonly var run in scratch.Span)
            Add(run);
    }

    private void SkipTo(long timeMs)
    {
        while (_cut < _cutsMs.Length && _cutsMs[_cut] < timeMs)
            _cut++;
    }
}
