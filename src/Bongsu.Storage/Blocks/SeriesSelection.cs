using Bongsu.Storage.Head;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>
/// The series that a selection found, in ascending order of their label bytes, each with the places that hold samples of it, oldest written first. See
/// <see cref="ISeriesSelection"/>.
/// </summary>
internal sealed class SeriesSelection : ISeriesSelection
{
    private readonly List<string> _warnings = [];
    private readonly List<SelectionPlace> _places;
    private readonly List<LabelSet> _labels = [];
    private readonly List<int> _firstEntries = [0];
    private readonly List<(int Place, int Id)> _entries = [];
    private readonly RetentionRules _rules;

    public SeriesSelection(MetricView view, SeriesSelect select, RetentionRules rules, CancellationToken cancellationToken)
    {
        Select = select with { FromMs = Math.Max(select.FromMs, rules.OldestMs) };
        _rules = rules;
        _places = PlaceFinder.Find(view, Select, _warnings, cancellationToken);
        MergePlaces();
    }

    public SeriesSelect Select { get; }

    public int Count => _labels.Count;

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warnings)
                return [.. _warnings];
        }
    }

    public long RawFromMs => long.MinValue;

    public LabelSet Labels(int series) => _labels[series];

    public ISeriesReader OpenReader() => OpenSeriesReader();

    public SeriesReader OpenSeriesReader() => new(this, _places.Count, _warnings);

    /// <summary>For those who read blocks themselves.</summary>
    public BlockReader OpenBlockReader() => new(_places.Count, _warnings);

    /// <summary>The chunks of an entry that is in a block.</summary>
    public ReadOnlySpan<ChunkRef> Chunks((int Place, int Id) entry) =>
        _places[entry.Place].Block!.PageOf(entry.Id, out var row, _warnings) is { } page ? page.Chunks(row) : default;

    /// <summary>The places of a series, oldest written first.</summary>
    public ReadOnlySpan<(int Place, int Id)> Entries(int series) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_entries)[_firstEntries[series].._firstEntries[series + 1]];

    public SelectionPlace Place(int index) => _places[index];

    /// <summary>The first time of a series that its retention still shows.</summary>
    public long FromMs(int series) => _rules.IsEmpty ? Select.FromMs : Math.Max(Select.FromMs, _rules.OldestOf(_labels[series]));

    public void Dispose() { }

    // Each place is sorted: the least of their next series is the next, from all that have it.
    private void MergePlaces()
    {
        var next = new int[_places.Count];
        while (true)
        {
            LabelSet? least = null;
            for (var i = 0; i < next.Length; i++)
            {
                if (next[i] < _places[i].Ids.Count && IsBelow(_places[i].Labels[next[i]], least))
                    least = _places[i].Labels[next[i]];
            }
            if (least is null)
                return;
            for (var i = 0; i < next.Length; i++)
            {
                if (next[i] < _places[i].Ids.Count && least.Equals(_places[i].Labels[next[i]]))
                    _entries.Add((i, _places[i].Ids[next[i]++]));
            }
            _labels.Add(least);
            _firstEntries.Add(_entries.Count);
        }
    }

    // Places share label sets, so that the same series is mostly the same object.
    private static bool IsBelow(LabelSet labels, LabelSet? least) =>
        least is null || (!ReferenceEquals(labels, least) && labels.Bytes.SequenceCompareTo(least.Bytes) < 0);
}
