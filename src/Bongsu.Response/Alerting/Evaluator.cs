using System.Collections.Concurrent;
using System.Globalization;
using Bongsu.Response.Configuration;
using Bongsu.Response.Rules;
using Bongsu.Response.Slos;

namespace Bongsu.Response.Alerting;

/// <summary>
/// The one loop that evaluates objectives and rules: measures, asks the pure decisions, moves alerts through their state machine and writes what
/// moved. A rule that fails harms only itself: its alerts stay as they are and its error is shown. One evaluation at a time.
/// </summary>
internal sealed class Evaluator(SloEvaluator slos, RuleEvaluation rules, AlertLog log, Func<ResponseDefinitions> definitions, TimeSpan interval, TimeProvider time)
{
    private readonly Dictionary<(string File, string Group), long> _groupDueMs = [];
    private readonly Dictionary<string, RecordedSeries> _recorded = [];
    private readonly List<AlertTransition> _moved = [];

    public ConcurrentDictionary<string, SloStatus> SloStatuses { get; } = new();

    /// <summary>By rule, as <c>FILE/GROUP/INDEX</c>.</summary>
    public ConcurrentDictionary<string, RuleHealth> RuleHealths { get; } = new();

    public static string HealthKey(RuleGroup group, int index) => $"{group.File}/{group.Name}/{index}";

    /// <summary>Evaluates all that is due and returns the alerts that fired or resolved.</summary>
    public async Task<IReadOnlyList<AlertTransition>> EvaluateAsync(CancellationToken cancellationToken)
    {
        _moved.Clear();
        var current = definitions();
        foreach (var slo in current.Slos)
            await IsolatedAsync($"slo/{slo.Id}", () => EvaluateAsync(slo, current, cancellationToken), cancellationToken);
        foreach (var group in current.RuleGroups)
            await EvaluateAsync(group, cancellationToken);
        await EndRemovedRecordingsAsync(current, cancellationToken);
        await RemoveOrphansAsync(current, cancellationToken);
        return [.. _moved];
    }

    private async Task EvaluateAsync(SloSpec slo, ResponseDefinitions current, CancellationToken cancellationToken)
    {
        var nowMs = NowMs();
        var profile = current.ProfileOf(slo);
        var (pairs, warnings) = SloDecision.Reachable(profile, slo.Objective);
        var measure = await slos.MeasureAsync(slo, pairs, nowMs, cancellationToken);
        var firing = log.Alerts.Values.Where(a => a.Slo == slo.Id && a.IsFiring).Select(a => a.Severity).ToHashSet();
        var verdict = SloDecision.Decide(slo, pairs, measure, firing.Contains);
        SloStatuses[slo.Id] = new SloStatus(slo, profile, pairs, warnings, measure, verdict);
        foreach (var severity in SloAlerts.Severities)
        {
            if (verdict.Of(severity) is not { } speaks)
                continue;
            var alert = SloAlerts.Of(slo, severity, speaks, measure, current.RunbookOf(slo), current.DashboardOf(slo));
            var observation = speaks.Firing switch { true => AlertObservation.Active, false => AlertObservation.Inactive, null => AlertObservation.Unknown };
            await MoveAsync(alert, observation, default, nowMs, SloDetail(slo, speaks, measure), cancellationToken);
            if (speaks.Naive == true)
                await log.DecideAsync(alert.Id, new DecisionStep(DecisionStage.Guard, nowMs, speaks.Guard.Passed != false, speaks.Guard.Passed switch { true => "notChance", false => "mayBeChance", null => "off" }, speaks.Guard.Sentence), cancellationToken);
        }
    }

    private async Task EvaluateAsync(RuleGroup group, CancellationToken cancellationToken)
    {
        var nowMs = NowMs();
        if (_groupDueMs.TryGetValue((group.File, group.Name), out var dueMs) && nowMs < dueMs)
            return;
        _groupDueMs[(group.File, group.Name)] = nowMs + (long)((group.Interval ?? interval).TotalMilliseconds * 0.9);
        for (var i = 0; i < group.Rules.Count; i++)
        {
            var rule = group.Rules[i];
            var started = time.GetTimestamp();
            string? error = null;
            var failed = await IsolatedAsync(HealthKey(group, i), async () => error = await EvaluateAsync(group, rule, nowMs, cancellationToken), cancellationToken);
            RuleHealths[HealthKey(group, i)] = new RuleHealth(nowMs, time.GetElapsedTime(started).TotalSeconds, failed ?? error);
        }
    }

    private async Task<string?> EvaluateAsync(RuleGroup group, Rule rule, long nowMs, CancellationToken cancellationToken)
    {
        if (rule is RecordingRule recording)
            return await rules.RecordAsync(group, recording, RecordedBy(group, recording), nowMs, cancellationToken);
        var alerting = (AlertingRule)rule;
        var (active, error) = await rules.ActiveAsync(group, alerting, nowMs, cancellationToken);
        var timing = new AlertTiming(alerting.For, alerting.KeepFiringFor);
        var source = alerting.SourceIn(group);
        foreach (var alert in active ?? [])
            await MoveAsync(alert, AlertObservation.Active, timing, nowMs, string.Create(CultureInfo.InvariantCulture, $"{alert.Query} gave {alert.Value:G6} ({group.File}:{rule.Line})"), cancellationToken);
        var observation = active is null ? AlertObservation.Unknown : AlertObservation.Inactive;
        foreach (var alert in log.Alerts.Values.Where(a => a.Source == source && active?.Any(x => x.Id == a.Id) != true).ToList())
            await MoveAsync(alert, observation, timing, nowMs, error ?? $"{alert.Query} no longer gives it ({group.File}:{rule.Line})", cancellationToken);
        return error;
    }

    private RecordedSeries RecordedBy(RuleGroup group, RecordingRule rule)
    {
        var key = RecordingKey(group, rule);
        if (!_recorded.TryGetValue(key, out var recorded))
            _recorded[key] = recorded = new RecordedSeries();
        return recorded;
    }

    // A rule that was edited or removed leaves series behind that nobody continues.
    private async Task EndRemovedRecordingsAsync(ResponseDefinitions current, CancellationToken cancellationToken)
    {
        var known = current.RuleGroups.SelectMany(g => g.Rules.OfType<RecordingRule>().Select(r => RecordingKey(g, r))).ToHashSet();
        foreach (var (key, recorded) in _recorded.Where(r => !known.Contains(r.Key)).ToList())
        {
            _recorded.Remove(key);
            await IsolatedAsync($"ended/{key}", () => rules.EndAsync(recorded, NowMs(), cancellationToken).AsTask(), cancellationToken);
        }
    }

    // Two rules of a group may record under one name with different labels.
    private static string RecordingKey(RuleGroup group, RecordingRule rule) =>
        $"{group.File}/{group.Name}/{rule.Record}/{rule.Expression}/{string.Join(',', rule.Labels.Select(l => $"{l.Key}={l.Value}"))}";

    private async Task MoveAsync(Alert seen, AlertObservation observation, AlertTiming timing, long nowMs, string detail, CancellationToken cancellationToken)
    {
        var before = log.Alerts.GetValueOrDefault(seen.Id);
        var (timer, reason) = AlertStateMachine.Step(before?.Timer, observation, timing, nowMs);
        if (reason == AlertReason.ClearedWhilePending)
            await log.RemoveAsync(seen.Id, cancellationToken);
        else if (timer is not null)
            await KeepAsync(before, (observation == AlertObservation.Active || before is null ? seen : before) with { Timer = timer }, reason, nowMs, cancellationToken);
        if (reason is not (AlertReason.Quiet or AlertReason.StillFiring or AlertReason.StillPending))
            await log.DecideAsync(seen.Id, new DecisionStep(DecisionStage.Evaluation, nowMs, timer?.State == AlertState.Firing, Word(reason), detail), cancellationToken);
    }

    private async Task KeepAsync(Alert? before, Alert after, AlertReason reason, long nowMs, CancellationToken cancellationToken)
    {
        if (before?.Timer != after.Timer)
            await log.PutAsync(after, cancellationToken);
        else if (reason is AlertReason.StillFiring or AlertReason.StillPending)
            log.Refresh(after);
        if (reason is AlertReason.Fired or AlertReason.Resolved or AlertReason.RuleRemoved)
            _moved.Add(new AlertTransition(after, reason, nowMs));
    }

    private async Task RemoveOrphansAsync(ResponseDefinitions current, CancellationToken cancellationToken)
    {
        var sources = current.Slos.SelectMany(s => SloAlerts.Severities.Select(v => SloAlerts.SourceOf(s, v)))
            .Concat(current.RuleGroups.SelectMany(g => g.Rules.OfType<AlertingRule>().Select(r => r.SourceIn(g)))).ToHashSet();
        var nowMs = NowMs();
        foreach (var alert in log.Alerts.Values.Where(a => a.Timer.State != AlertState.Resolved && !sources.Contains(a.Source)).ToList())
        {
            if (alert.IsFiring)
                await KeepAsync(alert, alert with { Timer = alert.Timer with { State = AlertState.Resolved, ResolvedMs = nowMs, KeepFiringSinceMs = null } }, AlertReason.RuleRemoved, nowMs, cancellationToken);
            else
                await log.RemoveAsync(alert.Id, cancellationToken);
        }
        var known = current.Slos.Select(s => s.Id).ToHashSet();
        slos.Keep(known);
        foreach (var id in SloStatuses.Keys.Where(id => !known.Contains(id)).ToList())
            SloStatuses.TryRemove(id, out _);
        var ruleKeys = current.RuleGroups.SelectMany(g => g.Rules.Select((_, i) => HealthKey(g, i))).Concat(known.Select(id => $"slo/{id}")).ToHashSet();
        foreach (var key in RuleHealths.Keys.Where(k => !ruleKeys.Contains(k)).ToList())
            RuleHealths.TryRemove(key, out _);
    }

    /// <summary>Runs one rule's work; what it throws is its own trouble and is returned as a sentence.</summary>
    private async Task<string?> IsolatedAsync(string key, Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work();
            return null;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            RuleHealths[key] = new RuleHealth(NowMs(), 0, failure.Message);
            return failure.Message;
        }
    }

    private static string SloDetail(SloSpec slo, PairVerdict verdict, SloMeasure measure)
    {
        var place = $"{slo.File}:{slo.Line}";
        if (verdict.BurnLong is null || verdict.BurnShort is null)
            return $"{measure.Failure ?? "No telemetry in the windows"}: the alert stays as it is ({place})";
        return string.Create(CultureInfo.InvariantCulture,
            $"{DurationText.Format(verdict.Pair.Long)} burn {verdict.BurnLong:0.##}×, {DurationText.Format(verdict.Pair.Short)} burn {verdict.BurnShort:0.##}×; both must be above {verdict.Pair.Factor:0.##}× ({place})");
    }

    private static string Word(AlertReason reason) => char.ToLowerInvariant(reason.ToString()[0]) + reason.ToString()[1..];

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
