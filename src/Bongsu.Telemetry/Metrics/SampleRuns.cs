using Bongsu.Telemetry.Events;

namespace Bongsu.Telemetry.Metrics;

/// <summary>Folds samples into runs.</summary>
public static class SampleRuns
{
    /// <summary>
    /// Appends the runs of samples between cuts: a run ends with the last sample at or before a cut. Nothing is appended for a stretch without samples.
    /// </summary>
    /// <param name="timesMs">Ascending, ms since the epoch.</param>
    /// <param name="values">As many.</param>
    /// <param name="cutsMs">Ascending, ms since the epoch.</param>
    /// <param name="into">The caller's buffer.</param>
    public static void Append(ReadOnlySpan<long> timesMs, ReadOnlySpan<double> values, ReadOnlySpan<long> cutsMs, Column<SampleRun> into)
    {
        var cut = 0;
        SampleRun run = default;
        for (var i = 0; i < timesMs.Length; i++)
        {
            if (SampleValues.IsStale(values[i]))
                continue;
            if (run.Count > 0 && cut < cutsMs.Length && cutsMs[cut] < timesMs[i])
            {
                into.Add(run);
                run = default;
            }
            while (cut < cutsMs.Length && cutsMs[cut] < timesMs[i])
                cut++;
            var sample = SampleRun.Of(timesMs[i], values[i]);
            run = run.Count == 0 ? sample : run.Then(sample);
        }
        if (run.Count > 0)
            into.Add(run);
    }
}
