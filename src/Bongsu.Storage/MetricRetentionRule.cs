using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage;

/// <summary>How long the series that pass all matchers are kept, shorter or longer than the others; zero: for ever.</summary>
public sealed record MetricRetentionRule(IReadOnlyList<LabelMatcher> Matchers, TimeSpan Retention);
