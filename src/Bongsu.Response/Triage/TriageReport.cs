namespace Bongsu.Response.Triage;

/// <summary>What triage found: one hypothesis with its evidence, or why there is none. Everything but <paramref name="ElapsedMs"/> depends on the telemetry alone.</summary>
public sealed record TriageReport(
    long AtMs, long ElapsedMs, string SliService, TriageKind SliKind, long? OnsetMs, TriageOutcome Outcome, string Reason, string ReasonCode,
    TriageHypothesis? Hypothesis, IReadOnlyList<TriagePathHop> Path, IReadOnlyList<Evidence> Evidence, IReadOnlyList<Suspect> Alternatives,
    IReadOnlyList<Suspect> RuledOut, IReadOnlyList<TriageImpact> Impact, IReadOnlyList<string> BlindSpots);
