using System.Collections.Concurrent;
using Bongsu.Response.Alerting;
using Bongsu.Response.Notify.Stages;

namespace Bongsu.Response.Notify;

/// <summary>
/// From alerts to messages: routing → grouping → inhibition → silences → deduplication → delivery. The first two put alerts into groups as they come;
/// the others run each time a group speaks. Each stage's decision is kept with the alert. One tick at a time; deliveries run beside it.
/// </summary>
internal sealed class NotifyPipeline(Func<NotifyConfig> config, AlertLog alerts, SilenceLog silences, NotificationLog log, DeliveryStage delivery, TimeProvider time)
{
    private readonly Dictionary<string, AlertGroup> _groups = [];
    private readonly ConcurrentDictionary<string, Task> _deliveries = new();
    private NotifyConfig? _lastConfig;

    /// <summary>Told of every attempt, with the alerts it spoke of.</summary>
    public Func<IReadOnlyList<Alert>, DeliveryAttempt, Task>? Attempted { get; set; }

    /// <summary>Told of what goes wrong beside the ticks.</summary>
    public Action<string, Exception>? Failed { get; set; }

    public async Task TickAsync(CancellationToken cancellationToken)
    {
        var current = config();
        // Groups of an older route tree are built anew; the notification log keeps them from speaking twice.
        if (!ReferenceEquals(current, _lastConfig))
            _groups.Clear();
        _lastConfig = current;
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var alert in alerts.Alerts.Values.Where(a => a.Timer.State != AlertState.Pending))
            await PlaceAsync(current, alert, nowMs, cancellationToken);
        foreach (var group in _groups.Values.Where(g => g.DueMs <= nowMs).ToList())
            await FlushAsync(current, group, nowMs, cancellationToken);
    }

    /// <summary>Completes when no delivery is under way.</summary>
    public Task IdleAsync() => Task.WhenAll(_deliveries.Values);

    private async Task PlaceAsync(NotifyConfig current, Alert alert, long nowMs, CancellationToken cancellationToken)
    {
        var known = _groups.Values.Where(g => g.Alerts.ContainsKey(alert.Id)).ToList();
        foreach (var group in known)
            group.Alerts[alert.Id] = alert;
        if (known.Count > 0)
            return;
        var (routes, reason, detail) = RoutingStage.Run(current, alert);
        if (alert.IsFiring)
            await DecideAsync([alert], DecisionStage.Routing, reason == NotifyReason.Routed, reason, detail, nowMs, cancellationToken);
        foreach (var route in routes.Where(r => alert.IsFiring || IsOwedAnEnd(current, r, alert)))
        {
            var (grouped, words) = GroupingStage.Run(_groups, route, alert, nowMs);
            if (alert.IsFiring)
                await DecideAsync([alert], DecisionStage.Grouping, true, grouped, words, nowMs, cancellationToken);
        }
    }

    // Resolved while nothing ran: the receiver was told that it fires and has not heard the end.
    private bool IsOwedAnEnd(NotifyConfig current, Route route, Alert alert)
    {
        var probe = new Dictionary<string, AlertGroup>();
        GroupingStage.Run(probe, route, alert, 0);
        var targets = current.Find(route.Receiver)?.Webhooks.Count ?? 0;
        return Enumerable.Range(0, targets).Any(i => log.Find($"{probe.Keys.Single()}#{i}")?.Firing.Contains(alert.Id) == true);
    }

    private async Task FlushAsync(NotifyConfig current, AlertGroup group, long nowMs, CancellationToken cancellationToken)
    {
        group.DueMs = nowMs + (long)group.Route.GroupInterval.TotalMilliseconds;
        var receiver = current.Find(group.Route.Receiver);
        for (var i = 0; receiver is not null && i < receiver.Webhooks.Count; i++)
        {
            var notification = new Notification(group, receiver, receiver.Webhooks[i], i, [.. group.Alerts.Values], nowMs);
            if (_deliveries.ContainsKey(notification.LogKey))
                await DecideAsync(notification.Alerts, DecisionStage.Delivery, false, NotifyReason.DeliveryUnderWay, "the last message is still on its way", nowMs, cancellationToken);
            else if (await DecideAsync(notification, current, cancellationToken) is { } passed)
                Deliver(passed, cancellationToken);
        }
        foreach (var over in group.Alerts.Values.Where(a => a.Timer.State == AlertState.Resolved && !_deliveries.Keys.Any(k => k.StartsWith(group.Key, StringComparison.Ordinal)) && !IsOwedAnEnd(current, group.Route, a)).ToList())
            group.Alerts.Remove(over.Id);
        if (group.Alerts.Count == 0)
            _groups.Remove(group.Key);
    }

    /// <summary>The stages of a group that speaks, in order; null when one of them ends it.</summary>
    private async Task<Notification?> DecideAsync(Notification notification, NotifyConfig current, CancellationToken cancellationToken)
    {
        (DecisionStage Stage, Func<Notification, StageResult> Run)[] stages =
        [
            (DecisionStage.Inhibition, n => InhibitionStage.Run(n, current.InhibitRules, alerts.Alerts.Values)),
            (DecisionStage.Silences, n => SilencesStage.Run(n, silences.All)),
            (DecisionStage.Deduplication, n => DeduplicationStage.Run(n, log.Find(n.LogKey))),
        ];
        foreach (var (stage, run) in stages)
        {
            var result = run(notification);
            await DecideAsync(result.Stopped, stage, false, result.Reason, result.Detail, notification.AtMs, cancellationToken);
            if (!result.Passed)
                return null;
            notification = result.Notification;
            var passed = result.Stopped.Count > 0 ? "not concerned" : result.Detail;
            await DecideAsync(notification.Alerts, stage, true, result.Reason, passed, notification.AtMs, cancellationToken);
        }
        return notification;
    }

    private void Deliver(Notification notification, CancellationToken cancellationToken)
    {
        var start = new TaskCompletionSource();
        _deliveries[notification.LogKey] = RunAsync();
        start.SetResult();

        async Task RunAsync()
        {
            await start.Task;
            try
            {
                await delivery.RunAsync(notification, attempt => AttemptedAsync(notification, attempt, cancellationToken), cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                Failed?.Invoke($"delivery to {notification.Receiver.Name} broke", failure);
            }
            catch (OperationCanceledException)
            {
                // Shutting down: the notification log has no entry, so the next start delivers it.
            }
            finally
            {
                _deliveries.TryRemove(notification.LogKey, out _);
            }
        }
    }

    private async Task AttemptedAsync(Notification notification, DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        var detail = $"{attempt.Receiver} at {attempt.Target}, attempt {attempt.Attempt}: {attempt.Outcome}{(attempt.Error is null ? "" : $", {attempt.Error}")}";
        var step = new DecisionStep(DecisionStage.Delivery, attempt.AtMs, attempt.Outcome == "delivered", attempt.Outcome, detail);
        foreach (var alert in notification.Alerts)
            await alerts.DecideAsync(alert.Id, step, cancellationToken);
        if (Attempted is { } tell)
            await tell(notification.Alerts, attempt);
    }

    private async Task DecideAsync(IReadOnlyList<Alert> concerned, DecisionStage stage, bool passed, NotifyReason reason, string detail, long nowMs, CancellationToken cancellationToken)
    {
        var word = reason.ToString();
        foreach (var alert in concerned)
            await alerts.DecideAsync(alert.Id, new DecisionStep(stage, nowMs, passed, char.ToLowerInvariant(word[0]) + word[1..], detail), cancellationToken);
    }
}
