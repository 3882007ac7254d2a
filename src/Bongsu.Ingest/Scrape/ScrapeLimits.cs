namespace Bongsu.Ingest.Scrape;

/// <summary>What one target, and one answer of a discovery, may be at most whatever its job says. Immutable.</summary>
public sealed record ScrapeLimits
{
    /// <summary>Body after decompression, for jobs without a body_size_limit of their own.</summary>
    public int BodyBytes { get; init; } = 64 * IngestLimits.MiB;

    /// <summary>Bodies of all targets held at one time; a scrape beyond it fails.</summary>
    public long ConcurrentBodyBytes { get; init; } = 256L * IngestLimits.MiB;

    /// <summary>A file or an answer with targets.</summary>
    public int DiscoveryBytes { get; init; } = 16 * IngestLimits.MiB;

    /// <summary>Addresses that one discovery may give.</summary>
    public int DiscoveredTargets { get; init; } = 20_000;

    /// <summary>As net/http of Go, and so Prometheus, follows.</summary>
    public int Redirects { get; init; } = 10;
}
