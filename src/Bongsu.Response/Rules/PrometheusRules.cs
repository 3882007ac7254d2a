using System.Globalization;
using Bongsu.Response.Alerting;
using Bongsu.Response.Configuration;

namespace Bongsu.Response.Rules;

/// <summary>The <c>data</c> of Prometheus' <c>/api/v1/rules</c> and <c>/api/v1/alerts</c>, to serialise as it is. Thread-safe.</summary>
public sealed class PrometheusRules
{
    private readonly Func<ResponseDefinitions> _definitions;
    private readonly Evaluator _evaluator;
    private readonly AlertLog _log;
    private readonly TimeSpan _interval;

    internal PrometheusRules(Func<ResponseDefinitions> definitions, Evaluator evaluator, AlertLog log, TimeSpan interval)
    {
        (_definitions, _evaluator, _log, _interval) = (definitions, evaluator, log, interval);
    }

    /// <param name="type"><c>alert</c>, <c>record</c> or null for both.</param>
    public object Rules(string? type = null)
    {
        var alerts = Active().ToLookup(a => a.Source);
        return new Dictionary<string, object> { ["groups"] = _definitions().RuleGroups.Select(g => Group(g, type, alerts)).Where(g => type is null || ((List<object>)g["rules"]).Count > 0).ToList() };
    }

    /// <summary>Pending and firing alerts, those of objectives too.</summary>
    public object Alerts() => new Dictionary<string, object> { ["alerts"] = Active().OrderBy(a => a.Timer.ActiveSinceMs).Select(Shown).ToList() };

    private IEnumerable<Alert> Active() => _log.Alerts.Values.Where(a => a.Timer.State != AlertState.Resolved);

    private Dictionary<string, object> Group(RuleGroup group, string? type, ILookup<string, Alert> alerts)
    {
        var healths = group.Rules.Select((_, i) => _evaluator.RuleHealths.GetValueOrDefault(Evaluator.HealthKey(group, i))).ToList();
        var rules = group.Rules.Select((rule, i) => (Rule: rule, Health: healths[i]))
            .Where(r => type is null || (type == "alert") == (r.Rule is AlertingRule))
            .Select(r => (object)One(group, r.Rule, r.Health, alerts)).ToList();
        return new Dictionary<string, object>
        {
            ["name"] = group.Name,
            ["file"] = group.File,
            ["rules"] = rules,
            ["interval"] = (group.Interval ?? _interval).TotalSeconds,
            ["limit"] = group.Limit,
            ["evaluationTime"] = healths.Sum(h => h?.Seconds ?? 0),
            ["lastEvaluation"] = Text(healths.Max(h => h?.AtMs)),
        };
    }

    private static Dictionary<string, object> One(RuleGroup group, Rule rule, RuleHealth? health, ILookup<string, Alert> alerts)
    {
        var shown = new Dictionary<string, object> { ["query"] = rule.Expression, ["labels"] = rule.Labels };
        if (rule is AlertingRule alerting)
        {
            var active = alerts[alerting.SourceIn(group)].ToList();
            shown["name"] = alerting.Name;
            shown["state"] = active.Any(a => a.IsFiring) ? "firing" : active.Count > 0 ? "pending" : "inactive";
            shown["duration"] = alerting.For.TotalSeconds;
            shown["keepFiringFor"] = alerting.KeepFiringFor.TotalSeconds;
            shown["annotations"] = alerting.Annotations;
            shown["alerts"] = active.Select(Shown).ToList();
            shown["type"] = "alerting";
        }
        else
        {
            shown["name"] = ((RecordingRule)rule).Record;
            shown["type"] = "recording";
        }
        shown["health"] = health is null ? "unknown" : health.Error is null ? "ok" : "err";
        if (health?.Error is { } error)
            shown["lastError"] = error;
        shown["evaluationTime"] = health?.Seconds ?? 0;
        shown["lastEvaluation"] = Text(health?.AtMs);
        return shown;
    }

    private static object Shown(Alert alert)
    {
        var shown = new Dictionary<string, object>
        {
            ["labels"] = alert.Labels,
            ["annotations"] = alert.Annotations,
            ["state"] = alert.IsFiring ? "firing" : "pending",
            ["activeAt"] = Text(alert.Timer.ActiveSinceMs),
            ["value"] = (alert.Value ?? double.NaN).ToString("e16", CultureInfo.InvariantCulture),
        };
        if (alert.Timer.KeepFiringSinceMs is { } since)
            shown["keepFiringSince"] = Text(since);
        return shown;
    }

    private static string Text(long? ms) => ms is null ? "0001-01-01T00:00:00Z" : DateTimeOffset.FromUnixTimeMilliseconds(ms.Value).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
