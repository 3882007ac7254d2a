using System.Globalization;
using Bongsu.Storage.Head;
using Bongsu.Storage.Rollups;
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
    private readonly MetricView _view;
    private readonly Lazy<RollupPlaces>? _rollups;
    private readonly int _goneRollups;

    public SeriesSelection(MetricView view, SeriesSelect select, RetentionRules rules, CancellationToken cancellationToken)
    {
        Select = select with { FromMs = Math.Max(select.FromMs, rules.OldestMs) };
        (_rules, _view, RollupFromMs) = (rules, view, select.FromMs);
        var droppedBefore = Math.Max(view.RawFromMs, rules.IsEmpty ? long.MinValue : rules.DefaultOldestMs);
        var gone = select with { ToMs = droppedBefore <= select.FromMs ? long.MinValue : Math.Min(select.ToMs, droppedBefore - 1) };
        _places = PlaceFinder.Find(view, Select, gone, _warnings, cancellationToken);
        while (_goneRollups < _places.Count && _places[_goneRollups].Block?.Rollup is not null)
            _goneRollups++;
        RawFromMs = _goneRollups == 0 ? long.MinValue : droppedBefore;
        MergePlaces();
        if (view.Rollups.Length > 0)
            _rollups = new Lazy<RollupPlaces>(() => new RollupPlaces(this, view, select));
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

    public long RawFromMs { get; }

    /// <summary>The first time of rollups: that of the query.</summary>
    public long RollupFromMs { get; }

    public LabelSet Labels(int series) => _labels[series];

    public ISeriesReader OpenReader() => OpenSeriesReader();

    public SeriesReader OpenSeriesReader() => new(this, _places.Count, _warnings);

    /// <summary>For those who read blocks themselves.</summary>
    public BlockReader OpenBlockReader() => new(_places.Count, _warnings);

    /// <summary>The chunks of an entry that is in a block.</summary>
    public ReadOnlySpan<ChunkRef> Chunks((int Place, int Id) entry) =>
        _places[entry.Place].Block!.PageOf(entry.Id, out var row, _warnings) is { } page ? page.Chunks(row) : default;

    /// <summary>The places of a series, oldest written first.</summary>
    public ReadOnlySpan<(int Place, int Id)> Entries(int series)
    {
        var entries = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_entries)[_firstEntries[series].._firstEntries[series + 1]];
        // Fast path: nothing before the places of samples.
        if (_goneRollups == 0)
            return entries;
        while (!entries.IsEmpty && entries[0].Place < _goneRollups)
            entries = entries[1..];
        return entries;
    }

    public SelectionPlace Place(int index) => _places[index];

    /// <summary>The first time of a series that its retention still shows.</summary>
    public long FromMs(int series) => _rules.IsEmpty ? Select.FromMs : Math.Max(Select.FromMs, _rules.OldestOf(_labels[series]));

    /// <summary>Reads rollups; null when there are none.</summary>
    public RollupReader? OpenRollups() => _rollups is null ? null : new RollupReader(this, _rollups.Value);

    /// <summary>Whether the store has rollups at all.</summary>
    public bool HasRollups => _rollups is not null;

    /// <summary>Of the series' samples before this time some are dropped.</summary>
    public long RawFromOf(int series) => Math.Max(_view.RawFromMs, _rules.IsEmpty ? long.MinValue : _rules.OldestOf(_labels[series]));

    /// <summary>Whether samples of the series in the selected time may be dropped while rollups of them are kept.</summary>
    public bool HasGone(int series) => RawFromMs > long.MinValue && RollupFromMs < RawFromOf(series);

    /// <summary>The first time of a series that rollups still show: those of one with a rule live no longer than it says.</summary>
    public long RollupOldestMs(int series, RollupResolution resolution) =>
        !_rules.IsEmpty && _rules.HasRule(_labels[series]) ? Math.Max(_rules.OldestOf(_labels[series]), _rules.OldestOf(resolution)) : _rules.OldestOf(resolution);

    /// <summary>Says once that samples are not as they came.</summary>
    public void SayGone(int series, long widthMs) =>
        Warn([$"Before {Time(RawFromOf(series))} only rollups are kept: the first and the last sample of every {widthMs / 60_000} minutes are shown."]);

    /// <summary>Says once that rows were parted.</summary>
    public void SayParted(int series, RollupResolution resolution) =>
        Warn([$"Before {Time(RawFromOf(series))} only rollups are kept: those of {resolution.Name} that begin before a window and end in it count in it whole."]);

    public void Warn(List<string> warnings)
    {
        lock (_warnings)
        {
            foreach (var warning in warnings)
            {
                if (!_warnings.Contains(warning))
                    _warnings.Add(warning);
            }
        }
    }

    public void Dispose() { }

    private static string Time(long timeMs) => DateTimeOffset.FromUnixTimeMilliseconds(timeMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // Each place is sorted: the least of their next series is the next, from all that have it.
    private void MergePlaces()
    {
        var next = new int[_places.Count];
        Reserve();
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

    // Mostly every place has every series.
    private void Reserve()
    {
        var (entries, series) = (0, 0);
        foreach (var place in _places)
        {
            entries += place.Ids.Count;
            series = Math.Max(series, place.Ids.Count);
        }
        _entries.EnsureCapacity(entries);
        _labels.EnsureCapacity(series);
        _firstEntries.EnsureCapacity(series + 1);
    }

    // Places share label sets, so that the same series is mostly the same object.
    private static bool IsBelow(LabelSet labels, LabelSet? least) =>
        least is null || (!ReferenceEquals(labels, least) && labels.Bytes.SequenceCompareTo(least.Bytes) < 0);
}
