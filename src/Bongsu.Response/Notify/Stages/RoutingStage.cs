using Bongsu.Response.Alerting;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Notify.Stages;

/// <summary>Finds the routes of an alert: the deepest match, and the following siblings of a route that says continue. Pure.</summary>
internal static class RoutingStage
{
    public static (IReadOnlyList<Route> Routes, NotifyReason Reason, string Detail) Run(NotifyConfig config, Alert alert)
    {
        if (config.Root is null)
            return ([], NotifyReason.NoReceiver, $"nobody is configured to hear of alerts: there is no {config.File}");
        var labels = LabelSet.Of([.. alert.Labels.Select(l => (l.Key, l.Value))]);
        var routes = Match(config.Root, labels);
        var silent = routes.All(r => config.Find(r.Receiver) is not { Webhooks.Count: > 0 });
        var detail = string.Join("; ", routes.Select(r => $"{r.Receiver} by {config.File}:{r.Line}"));
        return silent ? (routes, NotifyReason.NoReceiver, $"{detail}, which has nowhere to send to") : (routes, NotifyReason.Routed, detail);
    }

    private static List<Route> Match(Route route, LabelSet labels)
    {
        var found = new List<Route>();
        if (!LabelMatcher.MatchesAll(route.Matchers, labels))
            return found;
        foreach (var child in route.Routes)
        {
            var below = Match(child, labels);
            found.AddRange(below);
            if (below.Count > 0 && !child.Continue)
                break;
        }
        if (found.Count == 0)
            found.Add(route);
        return found;
    }
}
