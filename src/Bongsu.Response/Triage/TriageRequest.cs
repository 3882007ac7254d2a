namespace Bongsu.Response.Triage;

/// <summary>What to explain.</summary>
/// <param name="Service">The service whose indicator is off.</param>
/// <param name="FromMs">A hint when it began, such as the alert's start; the real onset is searched before and after it.</param>
/// <param name="NowMs">The end of the time looked at.</param>
public sealed record TriageRequest(string Service, TriageKind Kind, long FromMs, long NowMs, TriageWindows Windows)
{
    /// <summary>An alert with a guard of its own has shown already that something is wrong; the telemetry of triage only has to show it too.</summary>
    public bool Alerted { get; init; }
}
