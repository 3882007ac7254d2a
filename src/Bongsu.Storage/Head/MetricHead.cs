using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Head;

/// <summary>
/// The series with samples not sealed yet. One writer adds; readers select under the head's lock and read the series' buffers after. A sealed head
/// is never added to again: the next begins empty, with ids of its own.
/// </summary>
internal sealed class MetricHead
{
    // A series object, its buffers' headers, dictionary and index entries.
    private const int SeriesOverheadBytes = 420;

    private readonly object _lock = new();
    private readonly Dictionary<byte[], HeadSeries> _byLabels = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], HeadSeries>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly List<HeadSeries> _series = [];
    private readonly LabelIndex _index = new();
    private long _sizeBytes;
    private long _labelBytes;
    private int _count;

    public MetricHead() => _lookup = _byLabels.GetAlternateLookup<ReadOnlySpan<byte>>();

    public int Count => Volatile.Read(ref _count);

    public long SizeBytes => Volatile.Read(ref _sizeBytes);

    /// <summary>Of all series' labels together.</summary>
    public long LabelBytes => Volatile.Read(ref _labelBytes);

    /// <summary>Whether any sample was added.</summary>
    public bool HasSamples { get; set; }

    /// <summary>The writer's alone.</summary>
    public HeadSeries? Find(ReadOnlySpan<byte> canonicalLabels) => _lookup.TryGetValue(canonicalLabels, out var series) ? series : null;

    /// <summary>The writer's alone.</summary>
    public HeadSeries this[int id] => _series[id];

    public HeadSeries Add(ReadOnlySpan<byte> canonicalLabels)
    {
        var labels = LabelSet.FromCanonical(canonicalLabels);
        lock (_lock)
        {
            var series = new HeadSeries(_series.Count, labels);
            _lookup[canonicalLabels] = series;
            _series.Add(series);
            _index.Add(labels);
            Volatile.Write(ref _count, _series.Count);
            Volatile.Write(ref _labelBytes, _labelBytes + canonicalLabels.Length);
            Grow(SeriesOverheadBytes + canonicalLabels.Length * 2);
            return series;
        }
    }

    public void Grow(int bytes) => Volatile.Write(ref _sizeBytes, _sizeBytes + bytes);

    /// <summary>Series that pass the matchers and have samples in the time.</summary>
    public List<HeadSeries> Select(IReadOnlyList<LabelMatcher> matchers, long fromMs, long toMs)
    {
        var selected = new List<HeadSeries>();
        lock (_lock)
        {
            foreach (var id in _index.Select(matchers))
                selected.Add(_series[id]);
        }
        selected.RemoveAll(series => !series.Samples.Overlaps(fromMs, toMs));
        return selected;
    }

    public List<HeadSeries> All()
    {
        lock (_lock)
            return [.. _series];
    }
}
