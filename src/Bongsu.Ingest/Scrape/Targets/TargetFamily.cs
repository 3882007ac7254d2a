using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Scrape.Targets;

/// <summary>What one target says of one metric family.</summary>
public sealed record TargetFamily(IReadOnlyDictionary<string, string> Target, MetricMetadata Metadata);
