namespace Bongsu.Ingest.Pipeline.Lint;

/// <summary>How often an attribute was found at fault.</summary>
public sealed record LintKey(string Key, long Count);

/// <summary>What one rule found of one service, of the records that were looked at lately.</summary>
/// <param name="Service">The service.</param>
/// <param name="Signal">Logs or traces.</param>
/// <param name="Rule">What is at fault.</param>
/// <param name="Count">Records at fault.</param>
/// <param name="Checked">Records looked at.</param>
/// <param name="Example">One offender, redacted and cut.</param>
/// <param name="Keys">Of attributes: which, most first.</param>
/// <param name="Fix">What to do about it.</param>
/// <param name="FirstSeenMs">First within the time looked at, ms since the epoch.</param>
/// <param name="LastSeenMs">Last.</param>
public sealed record LintFinding(string Service, Signal Signal, LintRule Rule, long Count, long Checked, string Example, IReadOnlyList<LintKey> Keys, string Fix, long FirstSeenMs, long LastSeenMs)
{
    public double Share => Checked > 0 ? (double)Count / Checked : 0;
}
