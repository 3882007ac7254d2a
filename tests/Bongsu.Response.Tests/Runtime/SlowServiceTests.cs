using Bongsu.Response.Triage;

namespace Bongsu.Response.Tests.Runtime;

/// <summary>A latency objective of a front door whose callee grows slow.</summary>
public sealed class SlowServiceTests
{
    private const string Slos = """
        slos:
          - service: front
            name: latency
            objective: 99
            sli:
              latency: {threshold: 500ms}
        """;

    [Fact]
    public async Task It_pages_and_the_incident_names_the_slow_callee()
    {
        await using var world = new ResponseWorld();
        world.Write("slos/shop.yaml", Slos);
        await world.StartAsync();
        world.Exporting = () => Export(world, 0.03);
        Assert.Null(await world.RunAsync(TimeSpan.FromMinutes(5), 0, 0, () => world.Runtime.Alerts.Firing.Count > 0));

        world.Exporting = () => Export(world, 1.5);
        var named = await world.RunAsync(TimeSpan.FromSeconds(90), 0, 0, () => world.Runtime.Incidents.All(openOnly: true).Any(i => i.Cause is not null));
        Assert.NotNull(named);
        var detail = (await world.Runtime.Incidents.DetailAsync("INC-1", default))!;
        Assert.Equal(("back", SuspectKind.Service), (detail.Triage!.Hypothesis!.Service, detail.Triage.Hypothesis.Kind));
        Assert.Contains(detail.Triage.Evidence, e => e.Code == "call" && e.After > 1 && e.Before < 0.1);
        Assert.Equal("latency", detail.Headline.Code);

        world.Exporting = () => Export(world, 0.03);
        Assert.NotNull(await world.RunAsync(TimeSpan.FromMinutes(3), 0, 0, () => !world.Runtime.Incidents.All(openOnly: true).Any()));
    }

    private static void Export(ResponseWorld world, double seconds)
    {
        const double Requests = 50;
        Served(world, "front", Requests, seconds + 0.01);
        Served(world, "back", Requests, seconds);
        (string, string)[] call = [("client", "front"), ("server", "back"), ("connection_type", "")];
        world.Grow(Requests, [("__name__", "traces_service_graph_request_total"), .. call]);
        world.Grow(Requests * (seconds + 0.002), [("__name__", "traces_service_graph_request_client_seconds_sum"), .. call]);
        world.Grow(Requests * seconds, [("__name__", "traces_service_graph_request_server_seconds_sum"), .. call]);
        world.Grow(Requests, [("__name__", "traces_service_graph_request_server_seconds_count"), .. call]);
        world.Grow(Requests, ("__name__", "traces_spanmetrics_calls_total"), ("service_name", "front"), ("span_kind", "SPAN_KIND_CLIENT"));
    }

    private static void Served(ResponseWorld world, string service, double requests, double seconds)
    {
        (string, string)[] labels = [("service_name", service), ("span_kind", "SPAN_KIND_SERVER"), ("status_code", "STATUS_CODE_UNSET"), ("service_version", "1.0")];
        world.Grow(requests, [("__name__", "traces_spanmetrics_calls_total"), .. labels]);
        world.Grow(requests, [("__name__", "traces_spanmetrics_latency_count"), .. labels]);
        world.Grow(requests * seconds, [("__name__", "traces_spanmetrics_latency_sum"), .. labels]);
        foreach (var bound in new[] { 0.05, 0.5, 5 })
            world.Grow(seconds <= bound ? requests : 0, [("__name__", "traces_spanmetrics_latency_bucket"), .. labels, ("le", bound.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        world.Grow(requests, [("__name__", "traces_spanmetrics_latency_bucket"), .. labels, ("le", "+Inf")]);
    }
}
