using Bongsu.Storage.Head;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>The series that a selection found, each with the places that hold samples of it, oldest written first. See <see cref="ISeriesSelection"/>.</summary>
internal sealed class SeriesSelection : ISeriesSelection, ISeriesReader
{
    private readonly SeriesSelect _select;
    private readonly List<string> _warnings = [];
    private readonly Dictionary<LabelSet, int> _indexes = [];
    private readonly List<(LabelSet Labels, List<Place> Places)> _series = [];

    public SeriesSelection(MetricView view, SeriesSelect select, CancellationToken cancellationToken)
    {
        _select = select;
        foreach (var block in view.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (block.MinTimeMs <= select.ToMs && block.MaxTimeMs >= select.FromMs)
                AddBlock(block);
        }
        if (view.Sealing is not null)
            AddHead(view.Sealing);
        AddHead(view.Head);
    }

    public int Count => _series.Count;

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warnings)
                return [.. _warnings];
        }
    }

    public LabelSet Labels(int series) => _series[series].Labels;

    // It keeps nothing between reads, so one serves all threads.
    public ISeriesReader OpenReader() => this;

    public void Read(int series, SampleColumns into)
    {
        var places = _series[series].Places;
        // Fast path: all of it in the head.
        if (places is [{ Head: { } only }])
        {
            only.Samples.Read(_select.FromMs, _select.ToMs, into);
            return;
        }
        var merged = new SampleColumns();
        foreach (var place in places)
            merged = SampleMerge.Merge(merged, ReadPlace(place, null));
        SampleMerge.AppendRange(merged, _select.FromMs, _select.ToMs, into);
    }

    /// <summary>Exemplars of a series within the selected time, ascending, each once.</summary>
    public List<Exemplar> Exemplars(int series)
    {
        var found = new List<Exemplar>();
        foreach (var place in _series[series].Places)
        {
            if (place.Head is not null)
                found.AddRange(place.Head.Exemplars());
            else
                ReadPlace(place, found);
        }
        found.RemoveAll(e => e.TimestampMs < _select.FromMs || e.TimestampMs > _select.ToMs);
        found.Sort(static (a, b) => a.TimestampMs.CompareTo(b.TimestampMs));
        for (var i = found.Count - 1; i > 0; i--)
        {
            if (found[i] == found[i - 1])
                found.RemoveAt(i);
        }
        return found;
    }

    public void Dispose() { }

    private SampleColumns ReadPlace(Place place, List<Exemplar>? exemplars)
    {
        var samples = new SampleColumns();
        if (place.Head is not null)
            place.Head.Samples.Read(_select.FromMs, _select.ToMs, samples);
        else
            place.Block!.Read(place.Series, samples, exemplars, _warnings);
        return samples;
    }

    private void AddHead(MetricHead head)
    {
        foreach (var series in head.Select(_select.Matchers, _select.FromMs, _select.ToMs))
            Add(series.Labels, new Place(series, null, default));
    }

    private void AddBlock(MetricBlock block)
    {
        foreach (var series in block.Series(_warnings))
        {
            if (series.MinTimeMs <= _select.ToMs && series.MaxTimeMs >= _select.FromMs && LabelMatcher.MatchesAll(_select.Matchers, series.Labels))
                Add(series.Labels, new Place(null, block, series));
        }
    }

    private void Add(LabelSet labels, Place place)
    {
        if (_indexes.TryGetValue(labels, out var index))
        {
            _series[index].Places.Add(place);
            return;
        }
        _indexes[labels] = _series.Count;
        _series.Add((labels, [place]));
    }

    private readonly record struct Place(HeadSeries? Head, MetricBlock? Block, BlockSeries Series);
}
