namespace Bongsu.Response.Notify;

/// <summary>Why a stage let an alert or a group of alerts go on, or did not.</summary>
public enum NotifyReason
{
    Routed,
    NoRoute,
    NoReceiver,
    Waiting,
    GroupDue,
    NotInhibited,
    Inhibited,
    NotSilenced,
    Silenced,
    FirstNotification,
    NewAlertsInGroup,
    NewResolvedAlerts,
    AllAlertsResolved,
    RepeatIntervalElapsed,
    AlreadyNotified,
    NothingToSay,
    DeliveryStarted,
    DeliveryUnderWay,
}
