namespace Bongsu.Response.Triage;

/// <summary>Whether the indicator is really off. Below it there is no incident to explain.</summary>
/// <param name="Shift">How far it moved.</param>
internal sealed record Gate(bool Passed, Shift Shift, string Reason)
{
    /// <param name="alerted">An alert says so too: then the number of onsets that were tried no longer counts against it.</param>
    public static Gate Decide(TriageKind kind, Tally tally, TriageSpan span, bool alerted = false)
    {
        var shift = Shift.Of(kind, tally, span.Healthy, tally, span.Affected);
        if (kind == TriageKind.Errors)
        {
            var passed = shift.Chance * (alerted ? 1 : span.Grid.Count) < TriageWeights.GateErrorChance && shift.Excess >= TriageWeights.GateMinExcessFailures;
            return new Gate(passed, shift, $"{TriageFindings.Percent(shift.After)} of requests fail, {TriageFindings.Percent(shift.Before)} before: {Compared(passed)}");
        }
        var z = LatencyShift.GateZ(
            tally.Seconds.AsSpan(span.Healthy), tally.Requests.AsSpan(span.Healthy), tally.Seconds.AsSpan(span.Affected), tally.Requests.AsSpan(span.Affected));
        var slow = z >= TriageWeights.GateLatencyZ && shift.IsAnomalous;
        return new Gate(slow, shift, $"requests take {TriageFindings.Seconds(shift.After)} on average, {TriageFindings.Seconds(shift.Before)} before: {Compared(slow)}");
    }

    private static string Compared(bool passed) => $"{(passed ? "more" : "no more")} than a healthy time would show";
}
