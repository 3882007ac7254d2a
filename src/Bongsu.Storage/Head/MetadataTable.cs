using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Head;

/// <summary>Metric metadata by name; bounded. Thread-safe.</summary>
internal sealed class MetadataTable
{
    // Families, not series: far above what any one site has.
    private const int MaxEntries = 100_000;

    private readonly object _lock = new();
    private readonly Dictionary<string, MetricMetadata> _byName = [];

    public MetadataTable(List<MetricMetadata> known)
    {
        foreach (var metadata in known)
            Set(metadata);
    }

    /// <summary>Whether it says something new.</summary>
    public bool IsNews(MetricMetadata metadata)
    {
        lock (_lock)
            return _byName.TryGetValue(metadata.Name, out var known) ? known != metadata : _byName.Count < MaxEntries;
    }

    public void Set(MetricMetadata metadata)
    {
        lock (_lock)
        {
            if (_byName.Count < MaxEntries || _byName.ContainsKey(metadata.Name))
                _byName[metadata.Name] = metadata;
        }
    }

    public IReadOnlyList<MetricMetadata> All()
    {
        lock (_lock)
            return [.. _byName.Values];
    }
}
