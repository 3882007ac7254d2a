namespace Bongsu.Response.Triage;

/// <summary>How one figure (share of failed requests, or mean seconds of a request) moved from a healthy time to the time looked at.</summary>
/// <param name="Before">Healthy value.</param>
/// <param name="After">Value since the onset.</param>
/// <param name="Requests">Requests since the onset.</param>
/// <param name="Excess">(after − before) × requests: failed requests or request-seconds too many.</param>
/// <param name="Z">How far it moved, in robust standard deviations.</param>
/// <param name="Chance">Errors: the chance of so many failures if nothing had changed; latency: 1 or 0 by <paramref name="Z"/>.</param>
internal readonly record struct Shift(double Before, double After, double Requests, double Excess, double Z, double Chance)
{
    public static readonly Shift None = new(0, 0, 0, 0, 0, 1);

    public bool IsAnomalous => Excess > 0 && Chance < TriageWeights.PartErrorChance;

    public static Shift Of(TriageKind kind, Tally before, Range healthy, Tally after, Range affected) => kind == TriageKind.Errors
        ? ErrorShift.Measure(before.Failed.AsSpan(healthy), before.Requests.AsSpan(healthy), after.Failed.AsSpan(affected), after.Requests.AsSpan(affected))
        : LatencyShift.Measure(before.Seconds.AsSpan(healthy), before.Requests.AsSpan(healthy), after.Seconds.AsSpan(affected), after.Requests.AsSpan(affected));
}
