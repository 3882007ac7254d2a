using System.Globalization;
using Bongsu.Query.PromQL;
using Bongsu.Response.Alerting;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Response.Rules;

/// <summary>Evaluates one rule: gives the alerts whose condition is true, or appends the recorded series.</summary>
internal sealed class RuleEvaluation(PromQlEngine engine, IMetricStore store)
{
    /// <summary>Most alerts of one rule when its group sets no limit: a rule without aggregation over many series must not bury the rest.</summary>
    public const int MaxAlerts = 1000;

    /// <summary>The alerts that are active now, without their timers' history; or why that is unknown.</summary>
    public async ValueTask<(IReadOnlyList<Alert>? Active, string? Error)> ActiveAsync(RuleGroup group, AlertingRule rule, long nowMs, CancellationToken cancellationToken)
    {
        var (samples, error) = await SamplesAsync(rule.Expression, nowMs - (long)group.QueryOffset.TotalMilliseconds, cancellationToken);
        if (samples is null)
            return (null, error);
        var limit = group.Limit > 0 ? group.Limit : MaxAlerts;
        if (samples.Count > limit)
            return (null, $"{samples.Count} alerts, more than the limit of {limit}: aggregate the expression or raise the group's limit");
        var alerts = new Dictionary<string, Alert>();
        foreach (var sample in samples)
        {
            var alert = AlertOf(group, rule, sample, nowMs);
            if (!alerts.TryAdd(alert.Id, alert))
                return (null, "two results have the same labels once the alert's labels are applied");
        }
        return ([.. alerts.Values], null);
    }

    /// <summary>Appends what a recording rule gives now, and ends what it gave before and gives no more; returns why that failed, or null.</summary>
    public async ValueTask<string?> RecordAsync(RuleGroup group, RecordingRule rule, RecordedSeries recorded, long nowMs, CancellationToken cancellationToken)
    {
        var batch = new MetricBatch();
        var error = await FillAsync(group, rule, recorded, batch, nowMs, cancellationToken);
        if (error is null && batch.Count > 0)
            error = await AppendAsync(batch, cancellationToken);
        if (error is null)
            recorded.Commit();
        else
            recorded.Discard();
        return error;
    }

    /// <summary>Ends all that a rule gave which is there no more.</summary>
    public async ValueTask EndAsync(RecordedSeries recorded, long nowMs, CancellationToken cancellationToken)
    {
        var batch = new MetricBatch();
        recorded.EndMissing(nowMs, batch);
        if (batch.Count > 0)
            await AppendAsync(batch, cancellationToken);
        recorded.Commit();
    }

    private async ValueTask<string?> FillAsync(RuleGroup group, RecordingRule rule, RecordedSeries recorded, MetricBatch batch, long nowMs, CancellationToken cancellationToken)
    {
        var atMs = nowMs - (long)group.QueryOffset.TotalMilliseconds;
        var (samples, error) = await SamplesAsync(rule.Expression, atMs, cancellationToken);
        if (samples is null)
            return error;
        if (group.Limit > 0 && samples.Count > group.Limit)
            return $"{samples.Count} series, more than the group's limit of {group.Limit}";
        foreach (var sample in samples)
        {
            var labels = new LabelSetBuilder(sample.Labels).Set(LabelNames.MetricName, rule.Record);
            foreach (var (name, value) in rule.Labels)
                labels.Set(name, value);
            if (recorded.Add(labels.ToLabelSet(), batch) is not { } series)
                return "two results have the same labels once the rule's labels are applied";
            if (sample.Point.Histogram is { } histogram)
                batch.Histograms.Add((series, atMs, histogram));
            else
                batch.AddSample(series, atMs, sample.Point.Value);
        }
        recorded.EndMissing(atMs, batch);
        return null;
    }

    private async ValueTask<string?> AppendAsync(MetricBatch batch, CancellationToken cancellationToken)
    {
        var result = await store.AppendAsync(batch, cancellationToken);
        return result.Rejected > 0 ? $"{result.Rejected} samples refused: {result.Rejections[0].Detail}" : null;
    }

    private static Alert AlertOf(RuleGroup group, AlertingRule rule, PromSample sample, long nowMs)
    {
        var value = sample.Point.Value;
        var given = sample.Labels.ToList().Where(l => l.Name != LabelNames.MetricName).ToDictionary(l => l.Name, l => l.Value);
        var labels = new SortedDictionary<string, string>(given, StringComparer.Ordinal);
        foreach (var (name, template) in rule.Labels)
            labels[name] = AlertTemplate.Expand(template, given, value);
        labels["alertname"] = rule.Name;
        foreach (var empty in labels.Where(l => l.Value.Length == 0).Select(l => l.Key).ToList())
            labels.Remove(empty);
        var annotations = rule.Annotations.ToDictionary(a => a.Key, a => AlertTemplate.Expand(a.Value, labels, value));
        var source = rule.SourceIn(group);
        var text = annotations.GetValueOrDefault("summary") ?? annotations.GetValueOrDefault("description")
            ?? string.Create(CultureInfo.InvariantCulture, $"{rule.Name}: {rule.Expression} is {value:G6}");
        return new Alert
        {
            Id = Alert.IdOf(source, labels),
            Source = source,
            Name = rule.Name,
            Labels = labels,
            Annotations = annotations,
            Service = labels.GetValueOrDefault(LabelNames.ServiceName) ?? labels.GetValueOrDefault("service"),
            Severity = labels.GetValueOrDefault("severity") is "page" or "critical" ? "page" : "ticket",
            Summary = new AlertSummary("rule", double.IsFinite(value) ? new Dictionary<string, double> { ["value"] = value } : [],
                new Dictionary<string, string> { ["name"] = rule.Name }, text),
            Runbook = annotations.GetValueOrDefault("runbook_url") ?? annotations.GetValueOrDefault("runbook"),
            Dashboard = annotations.GetValueOrDefault("dashboard_url") ?? annotations.GetValueOrDefault("dashboard"),
            Query = rule.Expression,
            Value = double.IsFinite(value) ? value : null,
            Timer = new AlertTimer(AlertState.Pending, nowMs),
        };
    }

    private async ValueTask<(IReadOnlyList<PromSample>? Samples, string? Error)> SamplesAsync(string expression, long nowMs, CancellationToken cancellationToken)
    {
        var answer = await engine.InstantAsync(expression, nowMs, cancellationToken);
        if (answer.Failure is { } failure)
            return (null, failure.Message);
        return answer.Value switch
        {
            PromVector vector => (vector.Samples, null),
            PromScalar scalar => ([new PromSample(LabelSet.Empty, scalar.Point)], null),
            _ => (null, "the expression gives neither a vector nor a scalar"),
        };
    }
}
