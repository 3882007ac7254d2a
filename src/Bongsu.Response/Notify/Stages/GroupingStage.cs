using Bongsu.Response.Alerting;
using Bongsu.Response.Configuration;

namespace Bongsu.Response.Notify.Stages;

/// <summary>
/// Puts an alert into its group and says when the group speaks: <c>group_wait</c> after its first alert fired, then every <c>group_interval</c>.
/// </summary>
internal static class GroupingStage
{
    public static (NotifyReason Reason, string Detail) Run(Dictionary<string, AlertGroup> groups, Route route, Alert alert, long nowMs)
    {
        var labels = route.GroupBy is { } names ? alert.Labels.Where(l => names.Contains(l.Key)) : alert.Labels;
        var groupLabels = new SortedDictionary<string, string>(labels.ToDictionary(l => l.Key, l => l.Value), StringComparer.Ordinal);
        var key = AlertGroup.KeyOf(route, groupLabels);
        var isNew = !groups.TryGetValue(key, out var group);
        if (isNew)
        {
            // Why from the firing and not from now: after a restart a group that has waited already does not wait again.
            var due = (alert.Timer.FiredMs ?? nowMs) + (long)route.GroupWait.TotalMilliseconds;
            groups[key] = group = new AlertGroup(key, route, groupLabels) { DueMs = Math.Max(due, nowMs) };
        }
        group!.Alerts[alert.Id] = alert;
        var words = string.Join(", ", groupLabels.Select(l => $"{l.Key}={l.Value}"));
        return (NotifyReason.GroupDue, isNew
            ? $"first of its group ({words}): sent after {DurationText.Format(route.GroupWait)}"
            : $"joins the group ({words}), which speaks every {DurationText.Format(route.GroupInterval)}");
    }
}
