using Bongsu.Storage.Blocks;
using Bongsu.Storage.Head;
using Bongsu.Storage.Segments;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Rollups;

/// <summary>
/// Makes rollups of samples that are a day old, a day at a time, and again when more came for a day. Called by one thread at a time. See docs/adr/0009-rollups.md.
/// </summary>
internal sealed class RollupMaker(EventStoreSetup setup, string directory, LabelSetPool pool)
{
    // Late samples make a day's rows again: not for each of their blocks.
    private const long LookMs = 900_000;

    private const long SettledMs = RollupResolution.DayMs;

    // A block of late samples of all times does not make rows of every day between them.
    private const long MaxSpanMs = 3 * RollupResolution.DayMs;

    private const RunFigures All = RunFigures.Sum | RunFigures.Extremes | RunFigures.Resets;

    private readonly SortedSet<long> _due = [];
    private readonly HashSet<long> _damaged = [];
    private long _lookedMs = -LookMs;
    private string? _problem;

    // What the clock may be wrong about is neither settled nor over.
    private long NowMs => setup.Clock.EarliestMs;

    /// <summary>Makes the rows of one day that is due; what comes back are the rollups there are then, null when nothing was made.</summary>
    public MetricBlock[]? MakeNext(MetricView view)
    {
        if (_due.Count == 0 && setup.Clock.RunningMs - _lookedMs >= LookMs)
        {
            _lookedMs = setup.Clock.RunningMs;
            foreach (var block in view.Blocks)
                AddDue(block, view, (NowMs - SettledMs) / RollupResolution.DayMs, _due);
            _due.ExceptWith(_damaged);
        }
        if (_due.Count == 0)
            return null;
        var day = _due.Min;
        _due.Remove(day);
        TryMake(day, view, evenDamaged: false, out var rollups);
        return ReferenceEquals(rollups, view.Rollups) ? null : rollups;
    }

    /// <summary>Makes the rows of a block that is to go, if it has any that are not made; false when the disk refuses.</summary>
    public bool TryMakeAllOf(MetricBlock block, MetricView view, out MetricBlock[] rollups)
    {
        rollups = view.Rollups;
        var days = new SortedSet<long>();
        AddDue(block, view, long.MaxValue, days);
        foreach (var day in days)
        {
            if (!TryMake(day, view with { Rollups = rollups }, evenDamaged: true, out rollups))
                return false;
        }
        return true;
    }

    /// <summary>Makes the days again of which something was deleted since; false when the disk refuses.</summary>
    public bool TryMakeDeleted(MetricView view, out MetricBlock[] rollups)
    {
        rollups = view.Rollups;
        var days = new SortedSet<long>();
        foreach (var block in rollups)
        {
            foreach (var made in block.SealedRanges)
            {
                if (Array.Exists(view.Deletions, d => d.FromMs <= made.ToMs && d.ToMs > made.FromMs && d.ThroughBlock >= made.WalThrough))
                    days.Add(made.FromMs / RollupResolution.DayMs);
            }
        }
        foreach (var day in days)
        {
            if (!TryMake(day, view with { Rollups = rollups }, evenDamaged: true, out rollups))
                return false;
        }
        return true;
    }

    // The days before a day of which a block has something that a rollup was not made from.
    private void AddDue(MetricBlock block, MetricView view, long beforeDay, SortedSet<long> into)
    {
        if (block.MinTimeMs > block.MaxTimeMs || block.MinTimeMs <= 0 || block.MaxTimeMs - block.MinTimeMs > MaxSpanMs)
            return;
        var last = Math.Min((block.MaxTimeMs - 1) / RollupResolution.DayMs, beforeDay - 1);
        for (var day = (block.MinTimeMs - 1) / RollupResolution.DayMs; day <= last; day++)
        {
            foreach (var resolution in RollupResolution.All)
            {
                if (IsMade(resolution, day) && block.Number > (BlockOf(view, resolution, day)?.MadeThrough((day + 1) * RollupResolution.DayMs) ?? -1))
                    into.Add(day);
            }
        }
    }

    // Kept longer than the samples, and not over yet.
    private bool IsMade(RollupResolution resolution, long day) =>
        setup.Options.RetentionOf(resolution) is { } retention && (retention == TimeSpan.Zero || (day + 1) * RollupResolution.DayMs >= NowMs - retention.TotalMilliseconds);

    private static MetricBlock? BlockOf(MetricView view, RollupResolution resolution, long day) =>
        Array.Find(view.Rollups, block => block.Rollup == resolution && block.Number == day * RollupResolution.DayMs / resolution.PeriodMs);

    private bool TryMake(long day, MetricView view, bool evenDamaged, out MetricBlock[] rollups)
    {
        rollups = view.Rollups;
        var writers = new List<RollupWriter>();
        try
        {
            var warnings = new List<string>();
            var rules = new RetentionRules(setup.Options, NowMs);
            Open(writers, day, view, rules, warnings);
            if (writers.Count == 0)
                return true;
            Write(writers, day, view, rules, warnings);
            if (warnings.Count > 0 && !evenDamaged)
            {
                // The samples tell what is left of them, and say so: rows could not.
                _damaged.Add(day);
                return true;
            }
            foreach (var writer in writers)
            {
                writer.Finish();
                rollups = With(rollups, writer.Path);
            }
            setup.Problems.Set(ref _problem, null);
            return true;
        }
        catch (IOException e)
        {
            setup.Problems.Set(ref _problem, $"Cannot write rollups of metrics: {e.Message}. The samples stay, and it is tried again.");
            return false;
        }
        finally
        {
            foreach (var writer in writers)
                writer.Dispose();
        }
    }

    // A resolution that is no longer made is still rid of what was deleted.
    private void Open(List<RollupWriter> writers, long day, MetricView view, RetentionRules rules, List<string> warnings)
    {
        var through = BlockDirectory.NextNumber(view) - 1;
        var made = new SealedRange(day * RollupResolution.DayMs, (day + 1) * RollupResolution.DayMs, through);
        foreach (var resolution in RollupResolution.All)
        {
            var before = BlockOf(view, resolution, day);
            if (before is null && !IsMade(resolution, day))
                continue;
            var name = DataLayout.SealedFile(resolution.Signal, made.FromMs / resolution.PeriodMs, DataLayout.BlockSuffix);
            writers.Add(new RollupWriter(resolution, Path.Combine(directory, name), before, made, rules, view.Deletions, setup.Disk, warnings));
        }
    }

    private static void Write(List<RollupWriter> writers, long day, MetricView view, RetentionRules rules, List<string> warnings)
    {
        var fromMs = day * RollupResolution.DayMs;
        var raw = new MetricView(view.Blocks, [], [], view.Deletions);
        using var selection = new SeriesSelection(raw, new SeriesSelect(fromMs + 1, fromMs + RollupResolution.DayMs, []), rules, CancellationToken.None);
        using var reader = selection.OpenSeriesReader();
        var cutsMs = new long[RollupResolution.DayMs / RollupResolution.FiveMinutes.WindowMs];
        for (var i = 0; i < cutsMs.Length; i++)
            cutsMs[i] = fromMs + (i + 1) * RollupResolution.FiveMinutes.WindowMs;
        var runs = new Column<SampleRun>();
        for (var series = 0; series < selection.Count; series++)
        {
            runs.Clear();
            // How long a series with a rule is kept is the rule's to say; histograms have no rows.
            if (rules.HasRule(selection.Labels(series)) || !reader.TryReadRuns(series, cutsMs, All, runs))
                continue;
            foreach (var writer in writers)
                writer.Add(selection.Labels(series), runs.Span);
        }
        warnings.AddRange(selection.Warnings);
    }

    private MetricBlock[] With(MetricBlock[] rollups, string path)
    {
        var opened = Array.Find([.. RollupResolution.All], r => DataLayout.TryParseSealed(Path.GetFileName(path), r.Signal, DataLayout.BlockSuffix, out _))!;
        var with = new List<MetricBlock>(rollups);
        with.RemoveAll(block => block.Path == path);
        with.Add(MetricBlock.Open(path, setup.Problems, pool, opened));
        with.Sort(static (a, b) => a.Rollup!.WindowMs != b.Rollup!.WindowMs ? a.Rollup.WindowMs.CompareTo(b.Rollup.WindowMs) : a.Number.CompareTo(b.Number));
        return [.. with];
    }
}
