using Bongsu.Response.Configuration;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Notify;

/// <summary>Reads <c>alertmanager.yaml</c>, a strict subset of Alertmanager's own format: what is not understood is refused, never ignored.</summary>
internal static class NotifyConfigFile
{
    private static readonly Route Defaults = new("0", "", [], [], false, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromHours(4), [], 0);

    public static NotifyConfig Parse(string file, string text, List<ConfigProblem> problems)
    {
        if (YamlText.Read(file, text, problems) is not { } root)
            return NotifyConfig.None;
        var receivers = root.Maps("receivers", required: true).Select(map => Receiver(map)).ToList();
        foreach (var twice in receivers.GroupBy(r => r.Name).Where(g => g.Count() > 1))
            root.Report("receivers", $"receiver {twice.Key} stands twice", "rename one");
        var route = root.Map("route", required: true) is { } map ? RouteOf(map, Defaults, "0", receivers, isRoot: true) : null;
        var inhibits = root.Maps("inhibit_rules").Select(Inhibit).ToList();
        root.End();
        return new NotifyConfig(file, route, receivers, inhibits);
    }

    private static Route RouteOf(YamlMap map, Route parent, string id, List<Receiver> receivers, bool isRoot)
    {
        var receiver = map.Text("receiver", required: isRoot) ?? parent.Receiver;
        if (map.Has("receiver") && receivers.All(r => r.Name != receiver))
        {
            var guess = NearestName.Of(receiver, receivers.Select(r => r.Name));
            map.Report("receiver", $"there is no receiver {receiver}", guess is null ? "add it to receivers:" : $"did you mean {guess}?");
        }
        var matchers = Matchers(map, "matchers");
        if (isRoot && matchers.Count > 0)
            map.Report("matchers", "the root route takes every alert", "move the matchers to a child route");
        var groupBy = GroupBy(map, parent.GroupBy);
        var proceed = map.Flag("continue", false);
        if (isRoot && proceed)
            map.Report("continue", "means nothing on the root route", "remove it");
        var self = new Route(id, receiver, groupBy, matchers, proceed,
            Positive(map, "group_wait", parent.GroupWait, zeroAllowed: true), Positive(map, "group_interval", parent.GroupInterval, zeroAllowed: false),
            Positive(map, "repeat_interval", parent.RepeatInterval, zeroAllowed: false), [], map.Line);
        var children = map.Maps("routes").Select((child, i) => RouteOf(child, self, $"{id}/{i}", receivers, isRoot: false)).ToList();
        map.End();
        return self with { Routes = children };
    }

    private static TimeSpan Positive(YamlMap map, string key, TimeSpan inherited, bool zeroAllowed)
    {
        var given = map.Duration(key) ?? inherited;
        if (given == TimeSpan.Zero && !zeroAllowed)
        {
            map.Report(key, "is zero", "give at least 1s");
            return inherited;
        }
        return given;
    }

    private static IReadOnlyList<string>? GroupBy(YamlMap map, IReadOnlyList<string>? inherited)
    {
        var given = map.Texts("group_by").Select(t => t.Text).ToList();
        if (!map.Has("group_by"))
            return inherited;
        if (given.Distinct().Count() != given.Count)
            map.Report("group_by", "names a label twice", "name each once");
        if (!given.Contains("..."))
            return given;
        if (given.Count > 1)
            map.Report("group_by", "... stands beside other labels", "write group_by: ['...'] alone to group by all labels");
        return null;
    }

    private static List<LabelMatcher> Matchers(YamlMap map, string key)
    {
        var matchers = new List<LabelMatcher>();
        foreach (var (text, _) in map.Texts(key))
        {
            var (matcher, problem) = MatcherText.Parse(text);
            if (matcher is null)
                map.Report(key, problem!, "write it as severity=\"page\" or team=~\"a|b\"");
            else
                matchers.Add(matcher);
        }
        return matchers;
    }

    private static Receiver Receiver(YamlMap map)
    {
        var name = map.Text("name", required: true) ?? "";
        var webhooks = new List<WebhookConfig>();
        foreach (var hook in map.Maps("webhook_configs"))
        {
            var url = hook.Text("url", required: true);
            if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"))
                hook.Report("url", $"\"{url}\" is no http or https address", "write it as https://host/path");
            var sendResolved = hook.Flag("send_resolved", true);
            var maxAlerts = hook.Number("max_alerts") ?? 0;
            if (maxAlerts is < 0 or > 100_000)
                hook.Report("max_alerts", "is not a count", "write a whole number, 0 for no limit");
            hook.End();
            if (url is not null)
                webhooks.Add(new WebhookConfig(url, sendResolved, (int)maxAlerts));
        }
        map.End();
        return new Receiver(name, webhooks);
    }

    private static InhibitRule Inhibit(YamlMap map)
    {
        var source = Matchers(map, "source_matchers");
        var target = Matchers(map, "target_matchers");
        if (source.Count == 0 || target.Count == 0)
            map.Report("", "needs source_matchers and target_matchers", "without them everything would mute everything");
        var rule = new InhibitRule(map.Text("name", ""), source, target, [.. map.Texts("equal").Select(t => t.Text)], map.Line);
        map.End();
        return rule;
    }
}
