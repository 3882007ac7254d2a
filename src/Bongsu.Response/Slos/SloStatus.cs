namespace Bongsu.Response.Slos;

/// <summary>All that is known about an objective since its last evaluation. Immutable.</summary>
public sealed record SloStatus(SloSpec Slo, BurnProfile Profile, IReadOnlyList<BurnPair> Pairs, IReadOnlyList<string> Warnings, SloMeasure? Measure, SloVerdict? Verdict);
