using Bongsu.Storage.Head;
using Bongsu.Storage.Rollups;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>
/// Folds the floats of a series into runs: from rows of a rollup; from the summary of a chunk where the chunk is wanted whole and nothing else says anything
/// of its time; from the samples where a cut or an edge parts it. Keeps its buffers; not thread-safe.
/// </summary>
internal sealed class RunReader(SeriesSelection selection, HeadReader heads, BlockReader blocks, ICollection<string> warnings)
{
    private static readonly Comparison<RunPiece> ByTime = static (a, b) => a.MinMs.CompareTo(b.MinMs);
    private static readonly Comparison<RunPiece> ByPlace = static (a, b) => a.Entry != b.Entry ? a.Entry.CompareTo(b.Entry) : a.MinMs.CompareTo(b.MinMs);

    private readonly Column<RunPiece> _pieces = new();
    private readonly Column<SampleRun> _runs = new();
    private readonly List<SampleColumns> _headSamples = [];
    private readonly List<List<(long FromMs, long ToMs)>?> _deleted = [];
    private readonly SampleColumns _part = new();
    private readonly SampleColumns[] _merge = [new(), new(), new()];
    private RollupReader? _rollups;
    private int _headCount;

    /// <summary>False, and nothing appended, when only reading its samples tells what the series has.</summary>
    // Hot path: 0 B/op (see RunReadBenchmark, AllocationTests)
    public bool TryRead(int series, ReadOnlySpan<long> cutsMs, RunFigures figures, Column<SampleRun> into)
    {
        var (fromMs, toMs) = (selection.FromMs(series), selection.Select.ToMs);
        if (!TryFind(series, fromMs, toMs))
            return false;
        var pieces = _pieces.Mutable;
        if (!IsAscending(pieces))
            pieces.Sort(ByTime);
        if (selection.HasRollups)
            _rollups ??= selection.OpenRollups();
        var rows = new PickedRows(_rollups is null ? default : _rollups.Pick(series, pieces, cutsMs, figures));
        var fold = new RunFold(cutsMs, _runs, into);
        for (var (start, end) = (0, 0); start < pieces.Length; start = end)
        {
            var last = pieces[start].MaxMs;
            for (end = start + 1; end < pieces.Length && pieces[end].MinMs <= last; end++)
                last = Math.Max(last, pieces[end].MaxMs);
            var first = Math.Max(pieces[start].MinMs, fromMs);
            rows.AddBefore(first, ref fold);
            if (rows.Cover(first, Math.Min(last, toMs), ref fold))
                continue;
            // Fast path: a chunk that nothing overlaps.
            if (end == start + 1 && !rows.Touch(first, last) && TryAddSummary(series, pieces[start], fromMs, toMs, figures, ref fold))
                continue;
            var samples = Samples(series, pieces[start..end], fromMs, toMs);
            rows.AddAmong(samples.TimesMs.Span, samples.Values.Span, ref fold);
        }
        rows.AddBefore(long.MaxValue, ref fold);
        return true;
    }

    // Finds the pieces in the time; false when there is more than floats, or what does not say what it is.
    private bool TryFind(int series, long fromMs, long toMs)
    {
        _pieces.Clear();
        _deleted.Clear();
        _headCount = 0;
        var entries = selection.Entries(series);
        for (var i = 0; i < entries.Length; i++)
        {
            var place = selection.Place(entries[i].Place);
            _deleted.Add(place.Deletions.Length > 0 && Intervals.Of(place.Deletions, selection.Labels(series)) is { Count: > 0 } deleted ? deleted : null);
            if (place.Head is { } head ? !TryAddHead(head, entries[i].Id, i, fromMs, toMs) : !TryAddBlock(place.Block!, entries[i].Id, i, fromMs, toMs))
                return false;
        }
        return true;
    }

    private bool TryAddHead(MetricHead head, int id, int entry, long fromMs, long toMs)
    {
        if (_headCount == _headSamples.Count)
            _headSamples.Add(new SampleColumns());
        var samples = _headSamples[_headCount];
        samples.Clear();
        heads.Read(head, id, fromMs, toMs, samples);
        if (samples.TimesMs.Count > 0)
            _pieces.Add(new RunPiece(entry, _headCount++, default, long.MaxValue, samples.TimesMs[0], samples.TimesMs[samples.TimesMs.Count - 1]));
        return samples.HistogramTimesMs.Count == 0;
    }

    private bool TryAddBlock(MetricBlock block, int id, int entry, long fromMs, long toMs)
    {
        if (block.PageOf(id, out var row, warnings) is not { } page)
            return true;
        foreach (ref readonly var chunk in page.Chunks(row))
        {
            if (chunk.Kind is ChunkKind.StartTimes or ChunkKind.Exemplars || !chunk.Overlaps(fromMs, toMs))
                continue;
            if (chunk.Kind != ChunkKind.Floats)
                return false;
            _pieces.Add(new RunPiece(entry, -1, chunk, block.Number, chunk.MinMs, chunk.MaxMs));
        }
        return true;
    }

    private bool TryAddSummary(int series, in RunPiece piece, long fromMs, long toMs, RunFigures figures, ref RunFold fold)
    {
        var chunk = piece.Chunk;
        if (piece.Head >= 0 || chunk.MinMs < fromMs || chunk.MaxMs > toMs || fold.IsParted(chunk.MinMs, chunk.MaxMs))
            return false;
        if (_deleted[piece.Entry] is { } deleted && Intervals.Touch(deleted, chunk.MinMs, chunk.MaxMs))
            return false;
        var block = selection.Place(selection.Entries(series)[piece.Entry].Place).Block!;
        if (!blocks.TryReadSummary(block, chunk, out var s) || (s.Resets < 0 && (figures & RunFigures.Resets) != 0))
            return false;
        fold.Add(new SampleRun(chunk.MinMs, chunk.MaxMs, chunk.Count, s.First, s.Last, s.Sum, s.Min, s.Max, s.Resets, s.ResetAmount));
        return true;
    }

    // The samples of pieces that overlap; what comes back is a buffer of this reader.
    private SampleColumns Samples(int series, Span<RunPiece> pieces, long fromMs, long toMs)
    {
        if (pieces.Length > 1)
            pieces.Sort(ByPlace);
        var (merged, free, part) = (_merge[0], _merge[1], _merge[2]);
        merged.Clear();
        for (var (start, end) = (0, 0); start < pieces.Length; start = end)
        {
            part.Clear();
            for (end = start; end < pieces.Length && pieces[end].Entry == pieces[start].Entry; end++)
                ReadPiece(series, pieces[end], fromMs, toMs, part);
            var result = SampleMerge.Merge(merged, part, free);
            // The result is kept; the other two are free again.
            if (result == part)
                (merged, part) = (part, merged);
            else if (result == free)
                (merged, free) = (free, merged);
        }
        return merged;
    }

    private void ReadPiece(int series, in RunPiece piece, long fromMs, long toMs, SampleColumns into)
    {
        if (piece.Head >= 0)
        {
            into.TimesMs.Add(_headSamples[piece.Head].TimesMs.Span);
            into.Values.Add(_headSamples[piece.Head].Values.Span);
            return;
        }
        var block = selection.Place(selection.Entries(series)[piece.Entry].Place).Block!;
        if (_deleted[piece.Entry] is not { } deleted)
        {
            blocks.Read(block, [piece.Chunk], fromMs, toMs, into);
            return;
        }
        _part.Clear();
        blocks.Read(block, [piece.Chunk], fromMs, toMs, _part);
        Intervals.AppendLeft(_part, deleted, into);
    }

    private static bool IsAscending(ReadOnlySpan<RunPiece> pieces)
    {
        for (var i = 1; i < pieces.Length; i++)
        {
            if (pieces[i].MinMs < pieces[i - 1].MinMs)
                return false;
        }
        return true;
    }
}
