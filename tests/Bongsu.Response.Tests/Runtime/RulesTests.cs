using System.Text.Json;
using Bongsu.Query.PromQL;
using Bongsu.Response.Alerting;
using Bongsu.Response.Configuration;

namespace Bongsu.Response.Tests.Runtime;

/// <summary>Prometheus rule files, from file to alert and recorded series.</summary>
public sealed class RulesTests
{
    private const string Rules = """
        groups:
          - name: shop
            interval: 5s
            rules:
              - record: shop:depth:max
                expr: max(queue_depth)
                labels: {team: shop}
              - alert: QueueIsLong
                expr: queue_depth > 10
                for: 20s
                keep_firing_for: 30s
                labels: {severity: page}
                annotations: {summary: "{{ $labels.queue }} holds {{ $value | humanize }}"}
        """;

    [Fact]
    public async Task An_alert_waits_for_its_time_fires_and_is_kept_firing()
    {
        await using var world = await StartAsync();
        var alert = () => world.Runtime.Alerts.All().SingleOrDefault();
        await DepthAsync(world, 5, 10);
        Assert.Null(alert());
        await DepthAsync(world, 50, 20);
        Assert.Equal(AlertState.Pending, alert()!.State);
        await DepthAsync(world, 50, 5);
        Assert.Equal(AlertState.Firing, alert()!.State);
        Assert.Equal("orders holds 50", alert()!.Summary.Text);
        Assert.Equal("INC-1", alert()!.Incident);
        await DepthAsync(world, 5, 30);
        Assert.Equal(AlertState.Firing, alert()!.State);
        await DepthAsync(world, 5, 10);
        Assert.Equal(AlertState.Resolved, alert()!.State);
    }

    [Fact]
    public async Task A_condition_that_goes_away_early_fires_nothing()
    {
        await using var world = await StartAsync();
        await DepthAsync(world, 50, 15);
        await DepthAsync(world, 5, 10);
        await DepthAsync(world, 50, 15);
        Assert.Equal(AlertState.Pending, world.Runtime.Alerts.All().Single().State);
        Assert.Empty(world.Receiver.Messages);
    }

    [Fact]
    public async Task A_restart_does_not_start_the_waiting_anew()
    {
        await using var world = await StartAsync();
        await DepthAsync(world, 50, 15);
        var since = world.Runtime.Alerts.All().Single().ActiveSinceMs;
        await world.RestartAsync();
        await DepthAsync(world, 50, 10);
        var alert = world.Runtime.Alerts.All().Single();
        Assert.Equal((AlertState.Firing, since), (alert.State, alert.ActiveSinceMs));
        Assert.Equal(20_000, alert.FiredMs - since);
    }

    [Fact]
    public async Task A_recording_rule_writes_its_series()
    {
        await using var world = await StartAsync();
        await DepthAsync(world, 7, 10);
        var engine = new PromQlEngine(world.Store, new PromQlOptions(), world.Time);
        var answer = await engine.InstantAsync("shop:depth:max{team=\"shop\"}", world.Time.NowMs, default);
        Assert.Equal(7, Assert.Single(Assert.IsType<PromVector>(answer.Value).Samples).Point.Value);
    }

    [Fact]
    public async Task A_series_that_a_rule_gives_no_more_ends_at_once()
    {
        await using var world = await StartAsync("""
                  - record: shop:long
                    expr: queue_depth > 10
            """);
        await DepthAsync(world, 50, 10);
        Assert.Equal(1, await CountAsync(world, "shop:long"));
        await DepthAsync(world, 5, 6);
        Assert.Equal(0, await CountAsync(world, "shop:long"));
    }

    [Fact]
    public async Task The_series_of_a_removed_rule_end_at_once()
    {
        await using var world = await StartAsync();
        await DepthAsync(world, 7, 10);
        Assert.Equal(1, await CountAsync(world, "shop:depth:max"));
        world.Write("rules/shop.yaml", Rules.Replace("shop:depth:max", "shop:depth:most", StringComparison.Ordinal));
        Assert.Empty(await world.Runtime.ReloadAsync(default));
        await DepthAsync(world, 7, 6);
        Assert.Equal((0, 1), (await CountAsync(world, "shop:depth:max"), await CountAsync(world, "shop:depth:most")));
    }

    [Fact]
    public async Task A_group_may_look_at_the_past_and_label_all_its_series()
    {
        await using var world = await StartAsync();
        world.Write("rules/late.yaml", """
            groups:
              - name: late
                interval: 5s
                query_offset: 60s
                labels: {team: mail, tier: "1"}
                rules:
                  - record: late:depth
                    expr: queue_depth
                    labels: {team: shop}
            """);
        Assert.Empty(await world.Runtime.ReloadAsync(default));
        await DepthAsync(world, 7, 30);
        Assert.Equal(0, await CountAsync(world, "late:depth"));
        await DepthAsync(world, 9, 60);
        Assert.Equal(1, await CountAsync(world, "late:depth{team=\"shop\",tier=\"1\"} == 7"));
    }

    [Fact]
    public async Task A_rule_that_fails_says_so_and_harms_no_other()
    {
        await using var world = await StartAsync("""
                  - alert: TwoOnOneSide
                    expr: queue_depth * on() queue_depth
            """);
        world.Exporting += () => world.Store.Add(Telemetry.Labels.LabelSet.Of(("__name__", "queue_depth"), ("queue", "mail")), (world.Time.NowMs, 1));
        await DepthAsync(world, 50, 25);
        Assert.Equal("QueueIsLong", world.Runtime.Alerts.Firing.Single().Name);
        Assert.Contains(world.Runtime.Problems, p => p.StartsWith("rules/shop.yaml/shop/2: ", StringComparison.Ordinal));
    }

    // The fields are those of Prometheus' documentation of /api/v1/rules and /api/v1/alerts.
    [Fact]
    public async Task The_rules_are_told_as_prometheus_tells_them()
    {
        await using var world = await StartAsync();
        await DepthAsync(world, 50, 25);
        var group = Assert.Single(Json(world.Runtime.PrometheusRules.Rules()).GetProperty("groups").EnumerateArray().ToList());
        Assert.Equal(["evaluationTime", "file", "interval", "lastEvaluation", "limit", "name", "rules"], Keys(group));
        var (recording, alerting) = (group.GetProperty("rules")[0], group.GetProperty("rules")[1]);
        Assert.Equal(["evaluationTime", "health", "labels", "lastEvaluation", "name", "query", "type"], Keys(recording));
        Assert.Equal(["alerts", "annotations", "duration", "evaluationTime", "health", "keepFiringFor", "labels", "lastEvaluation", "name", "query", "state", "type"], Keys(alerting));
        Assert.Equal(("recording", "ok", "max(queue_depth)"), (Text(recording, "type"), Text(recording, "health"), Text(recording, "query")));
        Assert.Equal(("alerting", "firing", "QueueIsLong"), (Text(alerting, "type"), Text(alerting, "state"), Text(alerting, "name")));
        Assert.Equal((20, 30), (alerting.GetProperty("duration").GetDouble(), alerting.GetProperty("keepFiringFor").GetDouble()));
        var alert = alerting.GetProperty("alerts")[0];
        Assert.Equal(["activeAt", "annotations", "labels", "state", "value"], Keys(alert));
        Assert.Equal(("firing", 50), (Text(alert, "state"), double.Parse(Text(alert, "value"), System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal("orders", Text(alert.GetProperty("labels"), "queue"));
        Assert.Equal(alert.GetRawText(), Json(world.Runtime.PrometheusRules.Alerts()).GetProperty("alerts")[0].GetRawText());
        Assert.Single(Json(world.Runtime.PrometheusRules.Rules("record")).GetProperty("groups")[0].GetProperty("rules").EnumerateArray().ToList());
    }

    [Fact]
    public async Task A_bad_reload_keeps_the_last_good_file_and_says_why()
    {
        await using var world = await StartAsync();
        world.Write("rules/shop.yaml", Rules.Replace("max(queue_depth)", "max(queue_depth", StringComparison.Ordinal));
        var problem = Assert.Single(await world.Runtime.ReloadAsync(default));
        Assert.Equal(("rules/shop.yaml", 6, "groups[0].rules[0].expr"), (problem.File, problem.Line, problem.Key));
        Assert.Contains(problem.ToString(), world.Runtime.Problems);
        Assert.Equal(2, world.Runtime.Definitions.RuleGroups.Single().Rules.Count);
        await DepthAsync(world, 50, 25);
        Assert.Equal("QueueIsLong", world.Runtime.Alerts.Firing.Single().Name);
        world.Write("rules/shop.yaml", "groups: []");
        Assert.Empty(await world.Runtime.ReloadAsync(default));
        await world.TurnAsync();
        Assert.Empty(world.Runtime.Alerts.Firing);
    }

    private static async Task<ResponseWorld> StartAsync(string more = "")
    {
        var world = new ResponseWorld();
        world.Write("rules/shop.yaml", Rules + "\n" + more);
        await world.StartAsync();
        Assert.Empty(world.Told);
        return world;
    }

    private static async Task<int> CountAsync(ResponseWorld world, string query)
    {
        var engine = new PromQlEngine(world.Store, new PromQlOptions(), world.Time);
        return Assert.IsType<PromVector>((await engine.InstantAsync(query, world.Time.NowMs, default)).Value).Samples.Count;
    }

    private static async Task DepthAsync(ResponseWorld world, double depth, int seconds)
    {
        var others = world.Exporting;
        world.Exporting += () => world.Store.Add(Telemetry.Labels.LabelSet.Of(("__name__", "queue_depth"), ("queue", "orders")), (world.Time.NowMs, depth));
        await world.RunAsync(TimeSpan.FromSeconds(seconds), 0, 0);
        world.Exporting = others;
    }

    private static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value, ResponseJson.Options);

    private static string Text(JsonElement element, string key) => element.GetProperty(key).GetString()!;

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal);
}
