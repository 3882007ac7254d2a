using Bongsu.Response.Alerting;
using Bongsu.Response.Notify;
using Bongsu.Response.Notify.Stages;
using Bongsu.Response.Tests.Runtime;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Tests.Notify;

/// <summary>Silences and inhibition: what keeps an alert from being told.</summary>
public sealed class MutingTests
{
    private static readonly InhibitRule PageMutesTicket = new("page", [Is("severity", "page")], [Is("severity", "ticket")], ["service"], 7);

    [Fact]
    public void A_firing_page_mutes_the_ticket_of_its_service_only()
    {
        var (page, mine, other) = (Make("page", "orders"), Make("ticket", "orders"), Make("ticket", "payments"));
        var result = Run([mine, other], [page, mine, other]);
        Assert.Equal(NotifyReason.Inhibited, result.Reason);
        Assert.Equal([mine], result.Stopped);
        Assert.Equal([other], result.Notification.Alerts);
        Assert.Contains("alertmanager.yaml:7", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resolved_page_mutes_nothing()
    {
        var page = Make("page", "orders");
        var ticket = Make("ticket", "orders");
        var result = Run([ticket], [page with { Timer = page.Timer with { State = AlertState.Resolved } }, ticket]);
        Assert.Equal((NotifyReason.NotInhibited, 0), (result.Reason, result.Stopped.Count));
    }

    [Fact]
    public void What_matches_both_sides_does_not_mute_its_own_kind()
    {
        var rule = new InhibitRule("any", [Is("service", "orders")], [Is("service", "orders")], [], 1);
        var (one, two) = (Make("page", "orders"), Make("ticket", "orders"));
        Assert.Empty(InhibitionStage.Run(Of([one, two]), [rule], [one, two]).Stopped);
    }

    [Fact]
    public void A_silence_holds_from_its_start_to_its_end()
    {
        var silence = new Silence("s1", [Is("service", "orders")], 1000, 2000, "minji", "moving house");
        var (mine, other) = (Make("page", "orders"), Make("page", "payments"));
        foreach (var (atMs, stopped) in new[] { (999L, 0), (1000L, 1), (1999L, 1), (2000L, 0) })
        {
            var result = SilencesStage.Run(Of([mine, other]) with { AtMs = atMs }, [silence]);
            Assert.Equal(stopped, result.Stopped.Count);
            Assert.Equal(stopped == 1 ? NotifyReason.Silenced : NotifyReason.NotSilenced, result.Reason);
        }
        Assert.Contains("s1 by minji: moving house", SilencesStage.Run(Of([mine]) with { AtMs = 1500 }, [silence]).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silence_keeps_a_page_from_the_receiver_and_outlives_a_restart()
    {
        await using var world = new ResponseWorld();
        await world.StartAsync();
        var silence = new Silence("s1", [Is("service", "payments")], 0, world.Time.NowMs + 10 * 60_000, "minji", "known");
        await world.Runtime.SilenceAsync(silence, default);
        await world.RunAsync(TimeSpan.FromMinutes(3), 8, 0);
        await world.RestartAsync();
        await world.RunAsync(TimeSpan.FromSeconds(60), 1, 7);
        Assert.NotEmpty(world.Runtime.Alerts.Firing);
        Assert.Empty(world.Receiver.Messages);
        await world.RunAsync(TimeSpan.FromMinutes(8), 1, 7);
        Assert.NotEmpty(world.Receiver.Messages);
    }

    private static StageResult Run(IReadOnlyList<Alert> told, IReadOnlyList<Alert> all) => InhibitionStage.Run(Of(told), [PageMutesTicket], all);

    private static LabelMatcher Is(string name, string value) => new(Telemetry.Labels.MatchType.Equal, name, value);

    private static Alert Make(string severity, string service)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["alertname"] = severity, ["severity"] = severity, ["service"] = service };
        return new Alert
        {
            Id = Alert.IdOf("test", labels),
            Source = "test",
            Name = severity,
            Severity = severity,
            Service = service,
            Labels = labels,
            Annotations = new Dictionary<string, string>(),
            Summary = new AlertSummary("rule", new Dictionary<string, double>(), new Dictionary<string, string>(), severity),
            Query = "up",
            Timer = new AlertTimer(AlertState.Firing, 0, 0),
        };
    }

    private static Notification Of(IReadOnlyList<Alert> alerts)
    {
        var route = new Route("0", "ops", [], [], false, default, default, default, [], 1);
        var webhook = new WebhookConfig("http://127.0.0.1:9/hook", true, 0);
        return new Notification(new AlertGroup("g", route, new Dictionary<string, string>()), new Receiver("ops", [webhook]), webhook, 0, alerts, 1500);
    }
}
