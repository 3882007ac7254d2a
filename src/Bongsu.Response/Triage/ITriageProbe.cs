namespace Bongsu.Response.Triage;

/// <summary>
/// Looks for one kind of cause once the excess has been localized: adds to the weight of candidates, adds evidence for or against them, or rules
/// something out. A probe that throws costs only its own part of the answer.
/// </summary>
internal interface ITriageProbe
{
    /// <summary>What it looks for, for the sentence that says it could not.</summary>
    string Name { get; }

    ValueTask RunAsync(TriageFindings findings, CancellationToken cancellationToken);
}
