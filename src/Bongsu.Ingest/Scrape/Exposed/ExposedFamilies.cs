using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>The metric families of one target. One writer; <see cref="Snapshot"/> may be read by others.</summary>
internal sealed class ExposedFamilies
{
    private readonly Dictionary<ulong, ExposedFamily> _families = [];
    private IReadOnlyList<MetricMetadata> _snapshot = [];

    /// <summary>As of the last scrape that succeeded.</summary>
    public IReadOnlyList<MetricMetadata> Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>The family that metadata is now read of; null before the first.</summary>
    public ExposedFamily? Current { get; private set; }

    public int Count => _families.Count;

    public void Begin() => Current = null;

    /// <summary>Forgets all families: after a body that was not read to its end, nobody knows which of them are still there.</summary>
    public void Forget() => _families.Clear();

    public ExposedFamily Enter(ReadOnlySpan<byte> name, bool isQuoted, long scrape)
    {
        // Why no comparison of names: 64 keyed bits do not collide among the families of one target.
        var hash = KeyedHash.Of(name);
        if (!_families.TryGetValue(hash, out var family))
            _families[hash] = family = new ExposedFamily(ExpositionText.Unescape(name, isQuoted));
        family.LastScrape = scrape;
        return Current = family;
    }

    /// <summary>After a scrape that succeeded: adds what has changed to the batch, and forgets families that have gone.</summary>
    public void Finish(MetricBatch batch, long scrape)
    {
        var isChanged = false;
        foreach (var (hash, family) in _families)
        {
            if (family.LastScrape != scrape)
            {
                _families.Remove(hash);
                isChanged = true;
            }
            else if (family.IsChanged)
            {
                family.IsChanged = false;
                isChanged = true;
                batch.Metadata.Add(family.ToMetadata());
            }
        }
        if (isChanged)
            Volatile.Write(ref _snapshot, [.. _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => f.ToMetadata())]);
    }
}
