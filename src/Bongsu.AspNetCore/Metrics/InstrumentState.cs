using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Bongsu.AspNetCore.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>The time series of one instrument, at most as many as allowed and one for the overflow. Thread-safe; known tag sets are found without allocating.</summary>
internal sealed class InstrumentState
{
    private readonly ConcurrentDictionary<TagSet, MetricPoint> _points = new(TagSetComparer.Instance);
    private readonly ConcurrentDictionary<TagSet, MetricPoint>.AlternateLookup<ReadOnlySpan<Tag>> _lookup;
    private readonly MetricPoint _overflow;
    private readonly MetricCollector _collector;
    private int _count;

    public InstrumentState(InstrumentIdentity identity, Instrument instrument, MetricCollector collector)
    {
        Identity = identity;
        Description = instrument.Description;
        Bounds = identity.Kind == InstrumentKind.Histogram ? HistogramBounds.Of(instrument) : null;
        _collector = collector;
        _lookup = _points.GetAlternateLookup<ReadOnlySpan<Tag>>();
        _overflow = new MetricPoint(TagSet.Overflow, collector.NowNanos, Bounds) { Generation = -1 };
    }

    public InstrumentIdentity Identity { get; }
    public string? Description { get; }
    public double[]? Bounds { get; }

    /// <summary>Set when a tag set did not fit; from then on the overflow series is exported.</summary>
    public bool HasOverflow { get; private set; }

    public void Measure(long value, ReadOnlySpan<Tag> tags)
    {
        switch (Identity.Kind)
        {
            case InstrumentKind.Histogram:
                Point(tags).Record(value, Bounds!, _collector.NowNanos);
                break;
            case InstrumentKind.Counter when value < 0:
                break;
            case InstrumentKind.Gauge:
                Point(tags).Set(value);
                break;
            default:
                if (Identity.IsObservable)
                    Observed(Point(tags), value);
                else
                    Point(tags).Add(value);
                break;
        }
    }

    public void Measure(double value, ReadOnlySpan<Tag> tags)
    {
        // Why: one NaN or infinity would spoil a sum for the rest of the process's life.
        if (Identity.Kind != InstrumentKind.Gauge && !double.IsFinite(value))
            return;
        switch (Identity.Kind)
        {
            case InstrumentKind.Histogram:
                Point(tags).Record(value, Bounds!, _collector.NowNanos);
                break;
            case InstrumentKind.Counter when value < 0:
                break;
            case InstrumentKind.Gauge:
                Point(tags).Set(value);
                break;
            default:
                if (Identity.IsObservable)
                    Observed(Point(tags), value);
                else
                    Point(tags).Add(value);
                break;
        }
    }

    /// <summary>The series to export; an observable's are only those of the current collection, the others are forgotten.</summary>
    public List<MetricPoint> Points()
    {
        var points = new List<MetricPoint>(_count + 1);
        foreach (var (tags, point) in _points)
        {
            if (!Identity.IsObservable || point.Generation == _collector.Generation)
                points.Add(point);
            else if (_points.TryRemove(tags, out _))
                Interlocked.Decrement(ref _count);
        }
        if (HasOverflow && (!Identity.IsObservable || _overflow.Generation == _collector.Generation))
            points.Add(_overflow);
        return points;
    }

    private MetricPoint Point(ReadOnlySpan<Tag> tags)
    {
        if (!_lookup.TryGetValue(tags, out var point))
            point = Create(tags);
        if (Identity.IsObservable)
            point.Generation = ReferenceEquals(point, _overflow) ? point.Generation : _collector.Generation;
        return point;
    }

    private MetricPoint Create(ReadOnlySpan<Tag> tags)
    {
        if (Volatile.Read(ref _count) >= _collector.MaxSeries)
        {
            if (!HasOverflow)
            {
                HasOverflow = true;
                _collector.WarnOverflow(Identity.Name, WidestTag());
            }
            _collector.CountOverflow(Identity.Name);
            return _overflow;
        }
        var created = new MetricPoint(new TagSet(tags.ToArray()), _collector.NowNanos, Bounds);
        var kept = _points.GetOrAdd(created.Tags, created);
        if (ReferenceEquals(kept, created))
            Interlocked.Increment(ref _count);
        return kept;
    }

    // An observable reports totals: series that share the overflow are summed within one collection, and start over in the next.
    private void Observed(MetricPoint point, double value)
    {
        if (!ReferenceEquals(point, _overflow))
            point.Set(value);
        else if (IsFirstOfCollection(point))
            point.Set(value);
        else
            point.Add(value);
    }

    private void Observed(MetricPoint point, long value)
    {
        if (!ReferenceEquals(point, _overflow) || IsFirstOfCollection(point))
            point.Set(value);
        else
            point.Add(value);
    }

    private bool IsFirstOfCollection(MetricPoint point)
    {
        if (point.Generation == _collector.Generation)
            return false;
        point.Generation = _collector.Generation;
        return true;
    }

    private string WidestTag() => _points.Keys.SelectMany(k => k.Tags).Distinct().GroupBy(t => t.Key).MaxBy(g => g.Count())?.Key ?? "(none)";
}
