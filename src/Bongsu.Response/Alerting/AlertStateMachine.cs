namespace Bongsu.Response.Alerting;

/// <summary>
/// Moves one alert by one evaluation, as Prometheus does: <c>for</c> counts from the first true evaluation and fires at the evaluation where it is
/// over; <c>keep_firing_for</c> counts from the first false one. What cannot be told moves nothing. Pure; the same for live evaluation and tests.
/// </summary>
public static class AlertStateMachine
{
    public static (AlertTimer? Timer, AlertReason Reason) Step(AlertTimer? timer, AlertObservation observation, AlertTiming timing, long nowMs)
    {
        var alive = timer?.State == AlertState.Resolved ? null : timer;
        return observation switch
        {
            AlertObservation.Unknown => (timer, alive is null ? AlertReason.Quiet : AlertReason.Frozen),
            AlertObservation.Active => Active(alive, timing, nowMs),
            _ => alive is null ? (timer, AlertReason.Quiet) : Inactive(alive, timing, nowMs),
        };
    }

    private static (AlertTimer Timer, AlertReason Reason) Active(AlertTimer? timer, AlertTiming timing, long nowMs)
    {
        if (timer is { State: AlertState.Firing })
            return (timer with { KeepFiringSinceMs = null }, AlertReason.StillFiring);
        var pending = timer ?? new AlertTimer(AlertState.Pending, nowMs);
        if (nowMs - pending.ActiveSinceMs >= timing.For.TotalMilliseconds)
            return (pending with { State = AlertState.Firing, FiredMs = nowMs }, AlertReason.Fired);
        return (pending, timer is null ? AlertReason.BecamePending : AlertReason.StillPending);
    }

    private static (AlertTimer? Timer, AlertReason Reason) Inactive(AlertTimer timer, AlertTiming timing, long nowMs)
    {
        if (timer.State == AlertState.Pending)
            return (null, AlertReason.ClearedWhilePending);
        var since = timer.KeepFiringSinceMs ?? nowMs;
        if (nowMs - since < timing.KeepFiringFor.TotalMilliseconds)
            return (timer with { KeepFiringSinceMs = since }, AlertReason.KeptFiring);
        return (timer with { State = AlertState.Resolved, ResolvedMs = nowMs, KeepFiringSinceMs = null }, AlertReason.Resolved);
    }
}
