using Bongsu.Response.Alerting;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Notify.Stages;

/// <summary>Takes out alerts that another firing alert explains. Pure.</summary>
internal static class InhibitionStage
{
    public static StageResult Run(Notification notification, IReadOnlyList<InhibitRule> rules, IEnumerable<Alert> all)
    {
        var firing = all.Where(a => a.IsFiring).Select(a => (Alert: a, Labels: LabelsOf(a))).ToList();
        var stopped = new List<Alert>();
        var detail = $"{rules.Count} rules, none applies";
        foreach (var alert in notification.Alerts)
        {
            var labels = LabelsOf(alert);
            var (rule, source) = rules.Select(r => (Rule: r, Source: Source(r, alert, labels, firing))).FirstOrDefault(x => x.Source is not null);
            if (source is null)
                continue;
            stopped.Add(alert);
            detail = $"{source.Name} fires ({NotifyConfig.FileName}:{rule.Line})";
        }
        var left = notification with { Alerts = [.. notification.Alerts.Except(stopped)] };
        return new StageResult(left, stopped.Count > 0 ? NotifyReason.Inhibited : NotifyReason.NotInhibited, detail, stopped);
    }

    private static Alert? Source(InhibitRule rule, Alert target, LabelSet labels, List<(Alert Alert, LabelSet Labels)> firing)
    {
        if (!LabelMatcher.MatchesAll(rule.Target, labels))
            return null;
        // As in Alertmanager, what matches both sides of a rule cannot mute another that does.
        var isSourceToo = LabelMatcher.MatchesAll(rule.Source, labels);
        return firing.FirstOrDefault(f => f.Alert.Id != target.Id && LabelMatcher.MatchesAll(rule.Source, f.Labels)
            && !(isSourceToo && LabelMatcher.MatchesAll(rule.Target, f.Labels))
            && rule.Equal.All(name => (f.Labels.Get(name) ?? "") == (labels.Get(name) ?? ""))).Alert;
    }

    private static LabelSet LabelsOf(Alert alert) => LabelSet.Of([.. alert.Labels.Select(l => (l.Key, l.Value))]);
}
