using Bongsu.Storage.Head;
using Bongsu.Storage.Rollups;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>Reads the series of a selection: each place straight into the caller's columns while they follow each other in time, merged where they do not. Not thread-safe.</summary>
internal sealed class SeriesReader : ISeriesReader
{
    private readonly SeriesSelection _selection;
    private readonly List<string> _warnings;
    private readonly HeadReader _heads = new();
    private readonly BlockReader _blocks;
    private readonly RunReader _runs;
    private RollupReader? _rollups;
    private readonly SampleColumns _part = new();
    private readonly SampleColumns _samples = new();
    private readonly SampleColumns[] _merge = [new(), new(), new()];

    public SeriesReader(SeriesSelection selection, int places, List<string> warnings)
    {
        _selection = selection;
        _warnings = warnings;
        _blocks = new BlockReader(places, warnings);
        _runs = new RunReader(selection, _heads, _blocks, warnings);
    }

    /// <summary>Chunks of blocks whose samples were decoded so far.</summary>
    public long ChunksDecoded => _blocks.ChunksDecoded;

    public void Read(int series, SampleColumns into)
    {
        // Slow path: some of the samples are dropped, and rollups stand for them.
        if (_selection.HasGone(series))
            ReadGone(series, (_rollups ??= _selection.OpenRollups()!).PickGone(series), into);
        else
            ReadKept(series, into);
    }

    private void ReadKept(int series, SampleColumns into)
    {
        var fromMs = _selection.FromMs(series);
        var entries = _selection.Entries(series);
        var (start, startHistograms) = (into.TimesMs.Count, into.HistogramTimesMs.Count);
        var (starts, histogramStarts) = (into.StartTimesMs.Count, into.HistogramStartTimesMs.Count);
        var last = long.MinValue;
        foreach (var (place, id) in entries)
        {
            var (floats, histograms) = (into.TimesMs.Count, into.HistogramTimesMs.Count);
            ReadPlace(_selection.Place(place), series, id, fromMs, into);
            PadStarts(into);
            var (first, end) = Span(into, floats, histograms);
            // Fast path: behind all before.
            if (first > last || first > end)
            {
                last = Math.Max(last, end);
                continue;
            }
            into.TimesMs.Truncate(start);
            into.Values.Truncate(start);
            into.HistogramTimesMs.Truncate(startHistograms);
            into.Histograms.RemoveRange(startHistograms, into.Histograms.Count - startHistograms);
            into.StartTimesMs.Truncate(starts);
            into.HistogramStartTimesMs.Truncate(histogramStarts);
            Merge(series, entries, fromMs, into);
            return;
        }
    }

    public bool TryReadRuns(int series, ReadOnlySpan<long> cutsMs, RunFigures figures, Column<SampleRun> into)
    {
        if (_runs.TryRead(series, cutsMs, figures, into))
            return true;
        // Slow path: what is there shows only when it is read.
        _samples.Clear();
        Read(series, _samples);
        if (_samples.HistogramTimesMs.Count > 0)
            return false;
        SampleRuns.Append(_samples.TimesMs.Span, _samples.Values.Span, cutsMs, into);
        return true;
    }

    /// <summary>Exemplars of a series within the selected time, ascending, each once.</summary>
    public List<Exemplar> Exemplars(int series)
    {
        var found = new List<Exemplar>();
        var fromMs = _selection.FromMs(series);
        foreach (var (at, id) in _selection.Entries(series))
        {
            var place = _selection.Place(at);
            var before = found.Count;
            if (place.Head is { } head)
                found.AddRange(head.Exemplars(id));
            else if (place.Block!.PageOf(id, out var row, _warnings) is { } page)
                _blocks.ReadExemplars(place.Block, page.Chunks(row), found);
            if (place.Deletions.Length > 0 && Intervals.Of(place.Deletions, _selection.Labels(series)) is { Count: > 0 } deleted)
            {
                for (var i = found.Count - 1; i >= before; i--)
                {
                    if (Intervals.Touch(deleted, found[i].TimestampMs, found[i].TimestampMs))
                        found.RemoveAt(i);
                }
            }
        }
        found.RemoveAll(e => e.TimestampMs < fromMs || e.TimestampMs > _selection.Select.ToMs);
        found.Sort(static (a, b) => a.TimestampMs.CompareTo(b.TimestampMs));
        for (var i = found.Count - 1; i > 0; i--)
        {
            if (found[i] == found[i - 1])
                found.RemoveAt(i);
        }
        return found;
    }

    public void Dispose() => _blocks.Dispose();

    // The ends of each row are samples; of those that are left within its window they take the place.
    private void ReadGone(int series, ReadOnlySpan<RollupRow> rows, SampleColumns into)
    {
        var (ends, kept, left) = (new SampleColumns(), new SampleColumns(), new SampleColumns());
        var windows = new List<(long FromMs, long ToMs)>();
        foreach (ref readonly var row in rows)
        {
            AddEnd(row.Run.FirstMs, row.Run.First, ends);
            if (row.Run.LastMs > row.Run.FirstMs)
                AddEnd(row.Run.LastMs, row.Run.Last, ends);
            windows.Add((row.FromMs + 1, row.ToMs));
        }
        if (ends.TimesMs.Count > 0)
            _selection.SayGone(series, rows[0].ToMs - rows[0].FromMs);
        ReadKept(series, kept);
        Intervals.AppendLeft(kept, windows, left);
        SampleMerge.Append(SampleMerge.Merge(ends, left, new SampleColumns()), into);
        PadStarts(into);
    }

    private void AddEnd(long timeMs, double value, SampleColumns into)
    {
        if (timeMs >= _selection.RollupFromMs && timeMs <= _selection.Select.ToMs)
            into.Add(timeMs, value);
    }

    // Slow path: places overlap in time.
    private void Merge(int series, ReadOnlySpan<(int Place, int Id)> entries, long fromMs, SampleColumns into)
    {
        var (merged, free, part) = (_merge[0], _merge[1], _merge[2]);
        merged.Clear();
        foreach (var (place, id) in entries)
        {
            part.Clear();
            ReadPlace(_selection.Place(place), series, id, fromMs, part);
            PadStarts(part);
            var result = SampleMerge.Merge(merged, part, free);
            // The result is kept; the other two are free again.
            if (result == part)
                (merged, part) = (part, merged);
            else if (result == free)
                (merged, free) = (free, merged);
        }
        SampleMerge.Append(merged, into);
        PadStarts(into);
    }

    private void ReadPlace(SelectionPlace place, int series, int id, long fromMs, SampleColumns into)
    {
        var toMs = _selection.Select.ToMs;
        if (place.Head is { } head)
        {
            _heads.Read(head, id, fromMs, toMs, into);
            return;
        }
        if (place.Block!.PageOf(id, out var row, _warnings) is not { } page)
            return;
        // Fast path: nothing of it was deleted.
        if (place.Deletions.Length == 0 || Intervals.Of(place.Deletions, _selection.Labels(series)) is not { Count: > 0 } deleted)
        {
            _blocks.Read(place.Block, page.Chunks(row), fromMs, toMs, into);
            return;
        }
        _part.Clear();
        _blocks.Read(place.Block, page.Chunks(row), fromMs, toMs, _part);
        PadStarts(_part);
        Intervals.AppendLeft(_part, deleted, into);
    }

    // Once one sample says when its counter began, all have a place for it.
    private static void PadStarts(SampleColumns samples)
    {
        if (samples.StartTimesMs.Count > 0)
            samples.StartTimesMs.Take(samples.TimesMs.Count - samples.StartTimesMs.Count).Clear();
        if (samples.HistogramStartTimesMs.Count > 0)
            samples.HistogramStartTimesMs.Take(samples.HistogramTimesMs.Count - samples.HistogramStartTimesMs.Count).Clear();
    }

    // First and last time of what stands behind; first above last when there is nothing.
    private static (long First, long Last) Span(SampleColumns samples, int floats, int histograms)
    {
        var (first, last) = (long.MaxValue, long.MinValue);
        if (samples.TimesMs.Count > floats)
            (first, last) = (samples.TimesMs[floats], samples.TimesMs[samples.TimesMs.Count - 1]);
        if (samples.HistogramTimesMs.Count > histograms)
            (first, last) = (Math.Min(first, samples.HistogramTimesMs[histograms]), Math.Max(last, samples.HistogramTimesMs[samples.HistogramTimesMs.Count - 1]));
        return (first, last);
    }
}
