using Bongsu.Response.Notify.Delivery;

namespace Bongsu.Response.Notify.Stages;

/// <summary>
/// Delivers one notification: tries until it is delivered, cannot be, or the time for it is over; each attempt is journaled before the next. What was
/// delivered is then known to the notification log.
/// </summary>
internal sealed class DeliveryStage(INotifier notifier, NotificationLog log, Func<Notification, byte[]> write, TimeProvider time, Random chance)
{
    public async Task<DeliveryAttempt> RunAsync(Notification notification, Func<DeliveryAttempt, Task> attempted, CancellationToken cancellationToken)
    {
        var startedMs = NowMs();
        // A receiver that wants no resolved alerts has nothing to hear, but must not be taken to believe that it still fires.
        if (!notification.Target.SendResolved && !notification.Firing.Any())
            return await KeepAsync(notification, new DeliveryAttempt(startedMs, notification.Receiver.Name, Shown(notification.Target.Url), 0, "delivered", null, "not sent: send_resolved is false", null), cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var atMs = NowMs();
            var result = await notifier.SendAsync(notification.Target.Url, write(notification), cancellationToken);
            var made = Judge(notification, result, attempt, atMs, startedMs);
            await KeepAsync(notification, made, cancellationToken);
            await attempted(made);
            if (made.NextMs is not { } nextMs)
                return made;
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, nextMs - NowMs())), time, cancellationToken);
        }
    }

    private DeliveryAttempt Judge(Notification notification, SendResult result, int attempt, long atMs, long startedMs)
    {
        TimeSpan? wait = null;
        if (!result.Delivered && !result.Permanent)
            wait = RetryPolicy.WaitAfter(attempt, TimeSpan.FromMilliseconds(NowMs() - startedMs), notification.Group.Route.GroupInterval, chance.NextDouble());
        var outcome = result.Delivered ? "delivered" : wait is null ? "gaveUp" : "failed";
        return new DeliveryAttempt(atMs, notification.Receiver.Name, Shown(notification.Target.Url), attempt, outcome, result.Status, result.Error, wait is null ? null : NowMs() + (long)wait.Value.TotalMilliseconds);
    }

    private async Task<DeliveryAttempt> KeepAsync(Notification notification, DeliveryAttempt made, CancellationToken cancellationToken)
    {
        var entry = made.Outcome != "delivered" ? null
            : new NotificationEntry(notification.LogKey, made.AtMs, [.. notification.Firing.Select(a => a.Id)], [.. notification.Resolved.Select(a => a.Id)]);
        await log.AppendAsync(new NotificationRecord(1, made, [.. notification.Alerts.Select(a => a.Id)], entry), cancellationToken);
        return made;
    }

    /// <summary>Scheme and host only: paths and queries of webhooks carry secrets.</summary>
    private static string Shown(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? $"{parsed.Scheme}://{parsed.Authority}" : "";

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
