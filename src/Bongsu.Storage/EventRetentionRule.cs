using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage;

/// <summary>
/// How long the logs of streams, or the spans of services, that pass all matchers are kept, shorter or longer than the others; zero: for ever. Spans have the one label
/// service_name.
/// </summary>
public sealed record EventRetentionRule(IReadOnlyList<LabelMatcher> Matchers, TimeSpan Retention);
