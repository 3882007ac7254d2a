using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>Compares label sets by their bytes, under a hash that no target can foresee.</summary>
internal sealed class KeyedLabels : IEqualityComparer<LabelSet>
{
    public static readonly KeyedLabels Instance = new();

    public bool Equals(LabelSet? x, LabelSet? y) => x is null ? y is null : x.Equals(y);

    public int GetHashCode(LabelSet labels) => (int)KeyedHash.Of(labels.Bytes);
}
