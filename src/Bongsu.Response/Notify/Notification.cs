using Bongsu.Response.Alerting;

namespace Bongsu.Response.Notify;

/// <summary>What a flush of a group carries from stage to stage.</summary>
/// <param name="Target">The one integration of the receiver that this is for; its index tells several of one receiver apart.</param>
internal sealed record Notification(AlertGroup Group, Receiver Receiver, WebhookConfig Target, int TargetIndex, IReadOnlyList<Alert> Alerts, long AtMs)
{
    /// <summary>The notification log's key.</summary>
    public string LogKey => $"{Group.Key}#{TargetIndex}";

    public IEnumerable<Alert> Firing => Alerts.Where(a => a.IsFiring);

    public IEnumerable<Alert> Resolved => Alerts.Where(a => a.Timer.State == AlertState.Resolved);
}

/// <summary>What a stage decided; an empty list of alerts ends the notification.</summary>
internal sealed record StageResult(Notification Notification, NotifyReason Reason, string Detail, IReadOnlyList<Alert> Stopped)
{
    public bool Passed => Notification.Alerts.Count > 0;
}
