using Bongsu.Response.Alerting;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Notify.Stages;

/// <summary>Takes out alerts that somebody silenced. Pure.</summary>
internal static class SilencesStage
{
    public static StageResult Run(Notification notification, IReadOnlyCollection<Silence> silences)
    {
        var active = silences.Where(s => s.IsActive(notification.AtMs)).ToList();
        var stopped = new List<Alert>();
        var detail = active.Count == 0 ? "no silence is active" : $"none of {active.Count} active silences matches";
        foreach (var alert in notification.Alerts)
        {
            var labels = LabelSet.Of([.. alert.Labels.Select(l => (l.Key, l.Value))]);
            if (active.Find(s => LabelMatcher.MatchesAll(s.Matchers, labels)) is not { } silence)
                continue;
            stopped.Add(alert);
            detail = $"silence {silence.Id} by {silence.CreatedBy}: {silence.Comment}";
        }
        var left = notification with { Alerts = [.. notification.Alerts.Except(stopped)] };
        return new StageResult(left, stopped.Count > 0 ? NotifyReason.Silenced : NotifyReason.NotSilenced, detail, stopped);
    }
}
