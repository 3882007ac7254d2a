using Bongsu.Storage.Blocks;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Rollups;

/// <summary>
/// Reads the rows of a series and picks those that stand for its samples: of samples that are kept, rows that are wanted whole and that nothing came after;
/// of dropped ones, all there is. Keeps its buffers; not thread-safe.
/// </summary>
internal sealed class RollupReader(SeriesSelection selection, RollupPlaces places)
{
    // Rows spare a reader little where few lie between two cuts.
    private const int MinRowsBetweenCuts = 4;

    private readonly List<string> _damages = [];
    private readonly List<(long FromMs, long ToMs, long Through)> _deleted = [];
    private readonly Column<SampleRun> _rows = new();
    private readonly Column<RollupRow> _hours = new();
    private readonly Column<RollupRow> _fives = new();
    private readonly Column<RollupRow> _picked = new();
    private BlockReader? _blocks;
    private int _cutAt;
    private bool _isParted;

    private BlockReader Blocks => _blocks ??= new BlockReader(places.Count, _damages);

    /// <summary>The rows that stand for samples between cuts, ascending; valid until the next call.</summary>
    /// <param name="series">Number of the series.</param>
    /// <param name="pieces">What else there is of it.</param>
    /// <param name="cutsMs">Ascending.</param>
    /// <param name="figures">What the rows must have.</param>
    // Hot path: 0 B/op (see RunReadBenchmark, RollupTests)
    public ReadOnlySpan<RollupRow> Pick(int series, ReadOnlySpan<RunPiece> pieces, ReadOnlySpan<long> cutsMs, RunFigures figures)
    {
        _picked.Clear();
        var hasGone = selection.HasGone(series);
        var (fromMs, toMs) = (selection.RollupFromMs, selection.Select.ToMs);
        var gapMs = (long)((Int128)toMs - Math.Max(fromMs, 0)) / (cutsMs.Length + 1);
        var reads5m = hasGone || (gapMs >= MinRowsBetweenCuts * RollupResolution.FiveMinutes.WindowMs && gapMs < MinRowsBetweenCuts * RollupResolution.Hour.WindowMs);
        Load(series, RollupResolution.Hour, hasGone || gapMs >= MinRowsBetweenCuts * RollupResolution.Hour.WindowMs, figures, _hours);
        Load(series, RollupResolution.FiveMinutes, reads5m, figures, _fives);
        if (_hours.Count + _fives.Count == 0)
            return default;
        MarkStale(pieces, _hours.Mutable);
        MarkStale(pieces, _fives.Mutable);
        (_cutAt, _isParted) = (0, false);
        PickAll(cutsMs, figures, fromMs, toMs);
        if (_isParted)
            selection.SayParted(series, _fives.Count > 0 ? RollupResolution.FiveMinutes : RollupResolution.Hour);
        return _picked.Span;
    }

    /// <summary>The finest rows of samples that are dropped; valid until the next call.</summary>
    public ReadOnlySpan<RollupRow> PickGone(int series)
    {
        _picked.Clear();
        Load(series, RollupResolution.Hour, true, RunFigures.None, _hours);
        Load(series, RollupResolution.FiveMinutes, true, RunFigures.None, _fives);
        var five = 0;
        foreach (ref readonly var hour in _hours.Span)
        {
            AddGone(hour.FromMs, ref five);
            var before = _picked.Count;
            AddGone(hour.ToMs, ref five);
            if (_picked.Count == before && hour.IsGone)
                _picked.Add(hour);
        }
        AddGone(long.MaxValue, ref five);
        return _picked.Span;
    }

    private void AddGone(long toMs, ref int five)
    {
        for (; five < _fives.Count && _fives[five].ToMs <= toMs; five++)
        {
            if (_fives[five].IsGone)
                _picked.Add(_fives[five]);
        }
    }

    private void Load(int series, RollupResolution resolution, bool isWanted, RunFigures figures, Column<RollupRow> into)
    {
        into.Clear();
        for (var i = 0; isWanted && i < places.Count; i++)
        {
            var place = places.Place(i);
            if (place.Block!.Rollup != resolution || places.IdOf(i, series) is not (>= 0 and var id))
                continue;
            if (place.Block.PageOf(id, out var at, _damages) is not { } page)
                continue;
            FindDeleted(place, series);
            foreach (ref readonly var chunk in page.Chunks(at))
            {
                if (chunk.Overlaps(selection.RollupFromMs, selection.Select.ToMs))
                    LoadChunk(place.Block, chunk, series, figures, into);
            }
        }
    }

    private void LoadChunk(MetricBlock block, in ChunkRef chunk, int series, RunFigures figures, Column<RollupRow> into)
    {
        var (goneMs, oldestMs) = (selection.RawFromOf(series), selection.RollupOldestMs(series, block.Rollup!));
        _rows.Clear();
        if (!Blocks.TryReadRows(block, chunk, figures, _rows))
        {
            if (chunk.MinMs < goneMs)
                selection.Warn(_damages);
            return;
        }
        var widthMs = block.Rollup!.WindowMs;
        var (endMs, dayEndMs, through) = (long.MinValue, long.MinValue, -1L);
        foreach (ref readonly var run in _rows.Span)
        {
            if (run.LastMs < selection.RollupFromMs || run.FirstMs > selection.Select.ToMs || run.LastMs < oldestMs)
                continue;
            // Fast path: the window behind the one before. Divisions cost more than the row.
            var isNext = endMs > long.MinValue && run.LastMs > endMs && run.LastMs - endMs <= widthMs;
            endMs = isNext ? endMs + widthMs : RollupResolution.WindowStart(run.LastMs, widthMs) + widthMs;
            // Days are made as one.
            if (endMs > dayEndMs)
            {
                dayEndMs = RollupResolution.WindowStart(run.LastMs, RollupResolution.DayMs) + RollupResolution.DayMs;
                through = block.MadeThrough(run.LastMs);
            }
            if (!IsDeleted(run, through))
                into.Add(new RollupRow(run, endMs - widthMs, endMs, through, run.FirstMs < goneMs));
        }
    }

    private void FindDeleted(SelectionPlace place, int series)
    {
        _deleted.Clear();
        foreach (var deletion in place.Deletions)
        {
            if (deletion.Matches(selection.Labels(series)))
                _deleted.Add((deletion.FromMs, deletion.ToMs, deletion.ThroughBlock));
        }
    }

    // A deletion that came after the row was made.
    private bool IsDeleted(in SampleRun run, long through)
    {
        foreach (var (fromMs, toMs, block) in _deleted)
        {
            if (fromMs <= run.LastMs && toMs >= run.FirstMs && block >= through)
                return true;
        }
        return false;
    }

    private static void MarkStale(ReadOnlySpan<RunPiece> pieces, Span<RollupRow> rows)
    {
        foreach (ref readonly var piece in pieces)
        {
            var (low, high) = (0, rows.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (rows[middle].ToMs < piece.MinMs)
                    low = middle + 1;
                else
                    high = middle;
            }
            for (; low < rows.Length && rows[low].FromMs < piece.MaxMs; low++)
            {
                if (piece.Number > rows[low].Through)
                    rows[low] = rows[low] with { IsStale = true };
            }
        }
    }

    private void PickAll(ReadOnlySpan<long> cutsMs, RunFigures figures, long fromMs, long toMs)
    {
        var five = 0;
        foreach (ref readonly var hour in _hours.Span)
        {
            for (; five < _fives.Count && _fives[five].ToMs <= hour.FromMs; five++)
                TryPick(_fives[five], cutsMs, figures, fromMs, toMs, evenParted: true);
            var end = five;
            while (end < _fives.Count && _fives[end].ToMs <= hour.ToMs)
                end++;
            if (!TryPick(hour, cutsMs, figures, fromMs, toMs, evenParted: end == five))
            {
                for (; five < end; five++)
                    TryPick(_fives[five], cutsMs, figures, fromMs, toMs, evenParted: true);
            }
            five = end;
        }
        for (; five < _fives.Count; five++)
            TryPick(_fives[five], cutsMs, figures, fromMs, toMs, evenParted: true);
    }

    private bool TryPick(in RollupRow row, ReadOnlySpan<long> cutsMs, RunFigures figures, long fromMs, long toMs, bool evenParted)
    {
        var run = row.Run;
        while (_cutAt < cutsMs.Length && cutsMs[_cutAt] < run.FirstMs)
            _cutAt++;
        var isParted = run.FirstMs < fromMs || run.LastMs > toMs || (_cutAt < cutsMs.Length && cutsMs[_cutAt] < run.LastMs);
        var hasFigures = run.Resets >= 0 || (figures & RunFigures.Resets) == 0;
        if (!row.IsGone && (isParted || row.IsStale || !hasFigures))
            return false;
        if (isParted && (!evenParted || run.LastMs > toMs))
            return false;
        _isParted |= isParted;
        _picked.Add(hasFigures ? row : row with { Run = Ends(run) });
        return true;
    }

    // Of what is no counter only the ends tell whether it fell.
    private static SampleRun Ends(in SampleRun run) => run.Last < run.First ? run with { Resets = 1, ResetAmount = run.First } : run with { Resets = 0, ResetAmount = 0 };
}
