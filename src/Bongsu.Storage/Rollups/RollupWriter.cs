using Bongsu.Storage.Blocks;
using Bongsu.Storage.Head;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Rollups;

/// <summary>
/// Writes the rows of one day into the rollup of its period, among those of the other days. Of two rows of one window the one of more samples stands: late
/// samples add some, and where raw samples are dropped the row of before knows more. Not thread-safe.
/// </summary>
internal sealed class RollupWriter : IDisposable
{
    private readonly RollupResolution _resolution;
    private readonly MetricBlock? _before;
    private readonly RetentionRules _rules;
    private readonly Deletion[] _deletions;
    private readonly RollupCursor _cursor;
    private readonly MetricBlockWriter _writer;
    private readonly Column<SampleRun> _old = new();
    private readonly Column<SampleRun> _new = new();
    private readonly Column<SampleRun> _rows = new();

    public RollupWriter(RollupResolution resolution, string path, MetricBlock? before, SealedRange day, RetentionRules rules, Deletion[] deletions, Disk disk, List<string> warnings)
    {
        (_resolution, _before, _rules, Path) = (resolution, before, rules, path);
        _deletions = before is null ? [] : deletions;
        _cursor = new RollupCursor(before, warnings);
        _cursor.MoveNext();
        var days = new List<SealedRange> { day };
        foreach (var range in before?.SealedRanges ?? [])
        {
            if (range.FromMs != day.FromMs)
                days.Add(range);
        }
        _writer = new MetricBlockWriter(disk, path, 0, 0, days, resolution.WindowMs);
    }

    public string Path { get; }

    /// <summary>Adds a series of the day; they come in order of their labels.</summary>
    /// <param name="labels">Of the series.</param>
    /// <param name="runs">What its samples come to, in this resolution or a finer one.</param>
    public void Add(LabelSet labels, ReadOnlySpan<SampleRun> runs)
    {
        AddBefore(labels);
        _old.Clear();
        if (_cursor.Labels is { } same && same.Equals(labels))
        {
            ReadOld(labels);
            _cursor.MoveNext();
        }
        Fold(runs);
        Merge();
        Write(labels);
    }

    public void Finish()
    {
        AddBefore(null);
        _writer.Finish();
    }

    public void Dispose() => _writer.Dispose();

    // Series that the day has nothing of.
    private void AddBefore(LabelSet? labels)
    {
        while (_cursor.Labels is { } old && (labels is null || old.Bytes.SequenceCompareTo(labels.Bytes) < 0))
        {
            _old.Clear();
            _new.Clear();
            ReadOld(old);
            Merge();
            Write(old);
            _cursor.MoveNext();
        }
    }

    // Without what was deleted since, or is past the series' own retention.
    private void ReadOld(LabelSet labels)
    {
        _cursor.Read(_old);
        var oldestMs = _rules.HasRule(labels) ? _rules.OldestOf(labels) : long.MinValue;
        var kept = 0;
        foreach (ref readonly var row in _old.Span)
        {
            if (row.LastMs >= oldestMs && !IsDeleted(labels, row))
                _old[kept++] = row;
        }
        _old.Truncate(kept);
    }

    private bool IsDeleted(LabelSet labels, in SampleRun row)
    {
        foreach (var deletion in _deletions)
        {
            if (deletion.FromMs <= row.LastMs && deletion.ToMs >= row.FirstMs && deletion.ThroughBlock >= _before!.MadeThrough(row.LastMs) && deletion.Matches(labels))
                return true;
        }
        return false;
    }

    private void Fold(ReadOnlySpan<SampleRun> runs)
    {
        _new.Clear();
        foreach (ref readonly var run in runs)
        {
            if (_new.Count > 0 && StartOf(_new[_new.Count - 1]) == StartOf(run))
                _new[_new.Count - 1] = _new[_new.Count - 1].Then(run);
            else
                _new.Add(run);
        }
    }

    private void Merge()
    {
        _rows.Clear();
        var (i, j) = (0, 0);
        while (i < _old.Count || j < _new.Count)
        {
            var order = i == _old.Count ? 1 : j == _new.Count ? -1 : StartOf(_old[i]).CompareTo(StartOf(_new[j]));
            _rows.Add(order < 0 || (order == 0 && _old[i].Count > _new[j].Count) ? _old[i] : _new[j]);
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
    }

    private void Write(LabelSet labels)
    {
        var rows = _rows.Span;
        _writer.Begin(labels);
        for (; !rows.IsEmpty; rows = rows[Math.Min(rows.Length, _resolution.ChunkRows)..])
            _writer.AddRows(rows[..Math.Min(rows.Length, _resolution.ChunkRows)]);
        _writer.EndSeries();
    }

    private long StartOf(in SampleRun run) => RollupResolution.WindowStart(run.LastMs, _resolution.WindowMs);
}
