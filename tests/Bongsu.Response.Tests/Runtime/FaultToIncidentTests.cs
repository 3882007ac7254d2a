using Bongsu.Response.Alerting;
using Bongsu.Response.Incidents;

namespace Bongsu.Response.Tests.Runtime;

public sealed class FaultToIncidentTests
{
    [Fact]
    public async Task Errors_page_open_an_incident_tell_the_receiver_and_recovery_closes_it()
    {
        await using var world = new ResponseWorld();
        await world.StartAsync();
        Assert.Null(await world.RunAsync(TimeSpan.FromMinutes(10), 8, 0, () => world.Runtime.Alerts.Firing.Count > 0));

        var took = await world.RunAsync(TimeSpan.FromSeconds(90), 1, 7, () => world.Runtime.Alerts.Firing.Any(a => a.Severity == "page"));
        Assert.True(took <= TimeSpan.FromSeconds(30), $"fired after {took}");
        await world.RunAsync(TimeSpan.FromSeconds(30), 1, 7);

        var row = Assert.Single(world.Runtime.Incidents.All(openOnly: true));
        Assert.Equal(("INC-1", IncidentStatus.Investigating, "bongsu"), (row.Id, row.Status, row.OpenedBy));
        Assert.Equal(["payments"], row.Services);
        Assert.Equal("errors", row.Headline.Code);
        Assert.InRange(row.Impact!.BadEvents!.Value, 100, 450);
        var open = (await world.Runtime.Incidents.DetailAsync("INC-1", default))!;
        Assert.Contains(open.Timeline, t => t.Kind == "alertFired");
        Assert.Contains(open.Timeline, t => t.Kind == "delivery");
        Assert.NotEmpty(open.Deliveries);
        Assert.NotEmpty(open.Firing);

        var first = world.Receiver.Messages[0];
        Assert.Equal("4", first.GetProperty("version").GetString());
        Assert.Equal("firing", first.GetProperty("status").GetString());
        Assert.Equal("INC-1", first.GetProperty("bongsu").GetProperty("incident").GetString());
        Assert.Equal("http://bongsu.test/incidents/INC-1", first.GetProperty("bongsu").GetProperty("incidentUrl").GetString());

        var closed = await world.RunAsync(TimeSpan.FromMinutes(6), 8, 0, () => !world.Runtime.Incidents.All(openOnly: true).Any());
        Assert.NotNull(closed);
        var done = (await world.Runtime.Incidents.DetailAsync("INC-1", default))!;
        Assert.Equal(IncidentStatus.Resolved, done.Status);
        Assert.NotNull(done.ResolvedMs);
        Assert.Equal(["monitoring"], done.Timeline.Where(t => t.Kind == "status").Select(t => t.Texts["status"]));
        // The slow-burn ticket of the same group goes on for a while; the page in it is over.
        Assert.Contains(world.Receiver.Messages[^1].GetProperty("alerts").EnumerateArray(), a =>
            a.GetProperty("status").GetString() == "resolved" && a.GetProperty("labels").GetProperty("severity").GetString() == "page");
    }

    [Fact]
    public async Task The_decision_trace_says_each_step_of_why_it_paged()
    {
        await using var world = new ResponseWorld();
        await world.StartAsync();
        await world.RunAsync(TimeSpan.FromMinutes(3), 8, 0);
        await world.RunAsync(TimeSpan.FromSeconds(40), 1, 7);
        var page = world.Runtime.Alerts.Firing.First(a => a.Severity == "page");
        var detail = (await world.Runtime.Alerts.DetailAsync(page.Id, default))!;
        Assert.Equal(Enum.GetValues<DecisionStage>().ToHashSet(), detail.Decisions.Where(d => d.Passed).Select(d => d.Stage).ToHashSet());
        Assert.Contains(detail.Decisions, d => d is { Stage: DecisionStage.Evaluation, Reason: "fired" } && d.Detail.Contains("14.4×", StringComparison.Ordinal));
        Assert.Contains(detail.Decisions, d => d is { Stage: DecisionStage.Delivery, Reason: "delivered" });
        Assert.Contains(detail.Value.Values, v => v > 14.4);
        Assert.Equal("draft-payments.availability", detail.Row.Runbook);
        Assert.Contains("## First query", world.Runtime.Runbooks.Find("draft-payments.availability")!.Markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_neither_pages_again_nor_opens_a_second_incident()
    {
        await using var world = new ResponseWorld();
        await world.StartAsync();
        await world.RunAsync(TimeSpan.FromMinutes(3), 8, 0);
        await world.RunAsync(TimeSpan.FromSeconds(60), 1, 7);
        var sent = world.Receiver.Messages.Count;
        var fired = world.Runtime.Alerts.Firing.First(a => a.Severity == "page");

        await world.RestartAsync();
        await world.RunAsync(TimeSpan.FromSeconds(30), 1, 7);
        Assert.Equal(fired.FiredMs, world.Runtime.Alerts.Firing.First(a => a.Severity == "page").FiredMs);
        Assert.Equal(sent, world.Receiver.Messages.Count);
        Assert.Single(world.Runtime.Incidents.All(openOnly: false));
    }

    [Fact]
    public async Task What_was_not_delivered_before_a_crash_is_delivered_after_it()
    {
        await using var world = new ResponseWorld();
        await world.StartAsync();
        world.Receiver.Answer = new(false, 400, "answered 400", Permanent: true);
        await world.RunAsync(TimeSpan.FromMinutes(3), 8, 0);
        await world.RunAsync(TimeSpan.FromSeconds(40), 1, 7);
        Assert.NotEmpty(world.Receiver.Messages);
        world.Receiver.Answer = new(true, 200, null);
        world.Receiver.Messages.Clear();

        await world.RestartAsync();
        await world.RunAsync(TimeSpan.FromSeconds(10), 1, 7);
        Assert.Equal("firing", world.Receiver.Messages[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task Lost_telemetry_freezes_a_firing_alert_and_pages_nobody()
    {
        await using var world = new ResponseWorld();
        await world.StartAsync();
        await world.RunAsync(TimeSpan.FromMinutes(3), 8, 0);
        await world.RunAsync(TimeSpan.FromSeconds(40), 1, 7);
        await world.RunAsync(TimeSpan.FromMinutes(30), 0, 0);
        var page = world.Runtime.Alerts.Firing.First(a => a.Severity == "page");
        var detail = (await world.Runtime.Alerts.DetailAsync(page.Id, default))!;
        Assert.Equal("frozen", detail.Decisions.Last(d => d.Stage == DecisionStage.Evaluation).Reason);
        Assert.True(Assert.Single(world.Runtime.Incidents.All(openOnly: true)).Status == IncidentStatus.Investigating);
    }
}
