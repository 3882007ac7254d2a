namespace Bongsu.Ingest.Pipeline.Lint;

/// <summary>Records of one service that were looked at.</summary>
public sealed record LintedService(string Service, Signal Signal, long Checked);

/// <summary>What was found at one moment, the largest share first.</summary>
/// <param name="Window">What it covers at most.</param>
/// <param name="Findings">What is worth a word.</param>
/// <param name="Services">What was looked at.</param>
public sealed record LintReport(TimeSpan Window, IReadOnlyList<LintFinding> Findings, IReadOnlyList<LintedService> Services);
