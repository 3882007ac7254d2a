using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>Counted label sets by the hash of their canonical bytes, up to a bound. Not thread-safe: the owner locks.</summary>
internal sealed class DerivedTable(int maxSeries)
{
    private readonly Dictionary<ulong, DerivedSeries> _series = [];

    public int Count => _series.Count;

    public IEnumerable<DerivedSeries> All => _series.Values;

    /// <summary>Null when the table is full (or, once in 2^64, another set has the same hash): the caller counts it as overflow.</summary>
    public DerivedSeries? Get(ReadOnlySpan<byte> canonical)
    {
        var hash = LabelHash.Of(canonical);
        if (_series.TryGetValue(hash, out var found))
            return canonical.SequenceEqual(found.Labels) ? found : null;
        if (_series.Count >= maxSeries)
            return null;
        return _series[hash] = new DerivedSeries(canonical.ToArray());
    }

    public void Remove(DerivedSeries series) => _series.Remove(LabelHash.Of(series.Labels));
}
