using Bongsu.Response.Configuration;

namespace Bongsu.Response.Notify.Stages;

/// <summary>Stops what the receiver has been told already, by the notification log. Pure.</summary>
internal static class DeduplicationStage
{
    public static StageResult Run(Notification notification, NotificationEntry? last)
    {
        var (reason, detail) = Judge(notification, last);
        var silent = reason is NotifyReason.AlreadyNotified or NotifyReason.NothingToSay;
        return new StageResult(silent ? notification with { Alerts = [] } : notification, reason, detail, silent ? notification.Alerts : []);
    }

    private static (NotifyReason Reason, string Detail) Judge(Notification notification, NotificationEntry? last)
    {
        var firing = notification.Firing.Select(a => a.Id).ToList();
        if (last is null || (last.Firing.Count == 0 && firing.Count > 0))
            return firing.Count > 0 ? (NotifyReason.FirstNotification, "the receiver has not heard of it") : (NotifyReason.NothingToSay, "it resolved before anybody was told");
        if (firing.Except(last.Firing).Any())
            return (NotifyReason.NewAlertsInGroup, $"{firing.Except(last.Firing).Count()} alerts are new to the receiver");
        if (firing.Count == 0 && last.Firing.Count > 0)
            return (NotifyReason.AllAlertsResolved, "the receiver still believes that it fires");
        if (firing.Count == 0)
            return (NotifyReason.NothingToSay, "the receiver knows that it is over");
        // A resolved alert that fires in the entry is news only where resolved alerts are sent.
        if (notification.Target.SendResolved && notification.Resolved.Any(a => last.Firing.Contains(a.Id)))
            return (NotifyReason.NewResolvedAlerts, "part of the group resolved");
        var repeat = notification.Group.Route.RepeatInterval;
        return notification.AtMs - last.AtMs >= repeat.TotalMilliseconds
            ? (NotifyReason.RepeatIntervalElapsed, $"still firing {DurationText.Format(repeat)} after the last message")
            : (NotifyReason.AlreadyNotified, $"told already; repeated after {DurationText.Format(repeat)}");
    }
}
