using System.Text.Json;
using Bongsu.Query.PromQL;
using Bongsu.Response.Releases;
using Bongsu.Response.Services;
using Bongsu.Response.Tests.Triage;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Services;

public sealed class ServiceCatalogTests
{
    private const long Start = 1_790_000_000_000;
    private const long Now = Start + 3_600_000;
    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeMilliseconds(Now));

    [Fact]
    public async Task Trouble_comes_first_and_says_what_stands_out()
    {
        Service("healthy", 10, 0, 0);
        Service("failing", 10, 0.001, 0.2);
        Service("slow", 10, 0, 0, slower: 10);
        Service("silent", 10, 0, 0, until: Now - 600_000);
        var list = await Catalog().ListAsync(Start, Now, default);
        Assert.Empty(list.Warnings);
        Assert.Equal(["failing", "slow", "silent", "healthy"], list.Services.Select(s => s.Name));
        Assert.Equal([ServiceState.Failing, ServiceState.Degraded, ServiceState.NoData, ServiceState.Healthy], list.Services.Select(s => s.State));
        Assert.Equal(["errorRatio", "latencyP95", "noTelemetry", null], list.Services.Select(s => s.StandsOut?.Code));
        Assert.InRange(list.Services[0].ErrorRatio.Value!.Value, 0.19, 0.21);
        Assert.InRange(list.Services[0].StandsOut!.Numbers["before"], 0, 0.01);
        Assert.Equal((double)Now - 600_000, list.Services[2].StandsOut!.Numbers["sinceMs"]);
        Assert.InRange(list.Services[3].Rate.Value!.Value, 9.9, 10.1);
    }

    [Fact]
    public async Task Every_figure_is_what_its_query_gives()
    {
        Service("a", 10, 0.01, 0.03);
        Service("b", 20, 0, 0);
        foreach (var row in (await Catalog().ListAsync(Start, Now, default)).Services)
        {
            foreach (var figure in new[] { row.Rate, row.ErrorRatio, row.P50Seconds, row.P95Seconds, row.P99Seconds })
                Assert.Equal(await ValueAsync(figure.Query), figure.Value!.Value, 9);
        }
        var detail = (await Catalog().DetailAsync("a", Start, Now, null, default))!;
        var figures = detail.Routes.SelectMany(r => new[] { r.Rate, r.ErrorRatio, r.P95Seconds })
            .Concat(detail.Versions.Concat(detail.Instances).SelectMany(v => new[] { v.Rate, v.ErrorRatio, v.P95Seconds })).Concat(detail.ErrorsByClass.Select(e => e.Rate));
        Assert.NotEmpty(figures);
        foreach (var figure in figures)
            Assert.Equal(await ValueAsync(figure.Query), figure.Value!.Value, 9);
    }

    [Fact]
    public async Task A_hundred_services_take_as_many_queries_as_three()
    {
        Assert.Equal(await SelectsAsync(3), await SelectsAsync(100));
    }

    [Fact]
    public async Task A_service_without_requests_is_listed_without_figures()
    {
        _store.Add(LabelSet.Of(("__name__", "process_cpu_seconds_total"), ("service_name", "batch")), (Now - 5000, 1));
        var row = Assert.Single((await Catalog().ListAsync(Start, Now, default)).Services);
        Assert.Equal(("batch", "none", ServiceState.Healthy), (row.Name, row.RedSource, row.State));
        Assert.Null(row.Rate.Value);
        Assert.All(row.RateSpark, v => Assert.Null(v));
    }

    [Fact]
    public async Task Detail_shows_charts_splits_and_dependencies()
    {
        Service("orders", 10, 0.01, 0.01);
        foreach (var (client, server, type) in new[] { ("gateway", "orders", ""), ("orders", "shop@postgresql", "database"), ("orders", "redis", "database"), ("orders", "worker", "messaging_system"), ("orders", "api.example.org", "virtual_node") })
            Ramp([("__name__", "traces_service_graph_request_total"), ("client", client), ("server", server), ("connection_type", type)], 5);
        var detail = (await Catalog().DetailAsync("orders", Start, Now, 60_000, default))!;
        Assert.Equal(61, detail.Rate.Times.Count);
        Assert.Equal(61, detail.Rate.Values.Count);
        Assert.Null(detail.Rate.Values[0]);
        Assert.InRange(detail.Rate.Values[^1]!.Value, 9.9, 10.1);
        Assert.Equal("/work", Assert.Single(detail.Routes).Route);
        Assert.Equal(1, detail.Routes[0].TimeShare!.Value, 6);
        Assert.Equal(["gateway:service:in", "api.example.org:external:out", "redis:cache:out", "shop@postgresql:database:out", "worker:queue:out"],
            detail.Dependencies.OrderBy(d => d.Direction).ThenBy(d => d.Peer).Select(d => $"{d.Peer}:{d.Kind}:{d.Direction}"));
        Assert.Equal("1.0", Assert.Single(detail.Versions).Value);
        Assert.Equal("500", Assert.Single(detail.ErrorsByClass).ErrorType);
        Assert.Null(await Catalog().DetailAsync("nobody", Start, Now, null, default));
    }

    [Fact]
    public async Task What_other_parts_know_is_shown_beside_it()
    {
        Service("orders", 10, 0, 0);
        var hooks = new ServiceHooks { SloBudgetLeft = _ => 0.42, Slos = _ => [new { id = "orders-availability" }], Owner = _ => "shop team" };
        var detail = (await Catalog(hooks).DetailAsync("orders", Start, Now, null, default))!;
        var json = JsonSerializer.SerializeToElement(detail, new JsonSerializerOptions(JsonSerializerDefaults.Web));
        Assert.Equal(0.42, json.GetProperty("row").GetProperty("sloBudgetLeft").GetDouble());
        Assert.Equal("orders-availability", json.GetProperty("slos")[0].GetProperty("id").GetString());
        Assert.Equal("healthy", json.GetProperty("row").GetProperty("state").GetString());
        Assert.Equal("shop team", json.GetProperty("owner").GetString());
    }

    private ServiceCatalog Catalog(ServiceHooks? hooks = null) =>
        new(_store, new PromQlEngine(_store, new PromQlOptions(), _time), new ReleaseLog(new MemoryJournal(), _time), hooks ?? ServiceHooks.None);

    private async Task<int> SelectsAsync(int services)
    {
        var store = new MemoryStore();
        for (var i = 0; i < services; i++)
            Ramp(store, Labels($"service-{i}", "200"), 10, Now);
        var counting = new CountingStore(store);
        var list = await new ServiceCatalog(counting, new PromQlEngine(counting, new PromQlOptions(), _time), new ReleaseLog(new MemoryJournal(), _time), ServiceHooks.None).ListAsync(Start, Now, default);
        Assert.Equal(services, list.Services.Count);
        return counting.Selects;
    }

    private void Service(string name, double rate, double errorsBefore, double errorsNow, double slower = 1, long until = Now)
    {
        // The last five minutes differ from the rest.
        Ramp(_store, Labels(name, "200"), rate * (1 - errorsBefore), until, rate * (1 - errorsNow));
        Ramp(_store, Labels(name, "500"), rate * errorsBefore, until, rate * errorsNow);
        foreach (var (bucket, share, shareNow) in new[] { ("0.05", 0.5, 0.5 / slower), ("0.1", 1, 1 / slower), ("2.5", 1, 1), ("+Inf", 1, 1) })
        {
            Ramp(_store, [("__name__", "http_server_request_duration_seconds_bucket"), .. Labels(name, "200")[1..], ("le", bucket)], rate * share, until, rate * shareNow);
        }
        Ramp(_store, [("__name__", "http_server_request_duration_seconds_sum"), .. Labels(name, "200")[1..]], rate * 0.05, until, rate * 0.05 * slower);
    }

    private static (string, string)[] Labels(string name, string status) =>
    [
        ("__name__", "http_server_request_duration_seconds_count"), ("service_name", name), ("job", "shop/" + name), ("instance", name + "-1"), ("service_version", "1.0"),
        ("http_route", "/work"), ("http_request_method", "POST"), ("http_response_status_code", status),
    ];

    private void Ramp((string, string)[] labels, double perSecond) => Ramp(_store, labels, perSecond, Now);

    private static void Ramp(MemoryStore store, (string, string)[] labels, double perSecond, long until, double? perSecondNow = null)
    {
        var set = LabelSet.Of(labels);
        double total = 0;
        var samples = new List<(long, double)>();
        for (var at = Start; at <= until; at += 15_000)
        {
            samples.Add((at, total));
            total += 15 * (at >= Now - 300_000 ? perSecondNow ?? perSecond : perSecond);
        }
        store.Add(set, [.. samples]);
    }

    private async Task<double> ValueAsync(string query)
    {
        var answer = await new PromQlEngine(_store, new PromQlOptions(), _time).InstantAsync(query, Now, default);
        Assert.Null(answer.Failure);
        return Assert.Single(Assert.IsType<PromVector>(answer.Value).Samples).Point.Value;
    }
}
