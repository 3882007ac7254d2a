using Bongsu.Response.Alerting;
using Bongsu.Response.Notify;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Alerting;

public sealed class AlertLogTests
{
    [Fact]
    public async Task An_alert_that_flaps_for_weeks_leaves_a_short_log_that_says_the_same()
    {
        var journal = new MemoryJournal();
        var log = new AlertLog(journal);
        for (var i = 0; i < 6000; i++)
        {
            await log.PutAsync(AlertOf("flaps", i), default);
            await log.DecideAsync("flaps", new DecisionStep(DecisionStage.Evaluation, i, i % 2 == 0, $"{i}", ""), default);
            if (i == 10)
                await log.PutAsync(AlertOf("gone", i), default);
        }
        await log.RemoveAsync("gone", default);
        Assert.InRange(journal.Count, 1, 6000);
        var again = new AlertLog(journal);
        await again.LoadAsync(default);
        Assert.Equal(["flaps"], again.Alerts.Keys);
        Assert.Equal(5999, again.Alerts["flaps"].Timer.ActiveSinceMs);
        Assert.Equal(log.DecisionsOf("flaps"), again.DecisionsOf("flaps"));
        Assert.Equal(AlertLog.MaxDecisionsPerAlert, again.DecisionsOf("flaps").Count);
    }

    [Fact]
    public async Task Records_of_a_later_version_are_not_thrown_away()
    {
        var journal = new MemoryJournal();
        await journal.AppendAsync(AlertLog.LogName, "of a later version"u8.ToArray(), default);
        var log = new AlertLog(journal);
        await log.LoadAsync(default);
        for (var i = 0; i < 6000; i++)
            await log.PutAsync(AlertOf("a", i), default);
        Assert.Equal(6001, journal.Count);
    }

    [Fact]
    public async Task A_full_disk_while_the_log_is_made_shorter_costs_nothing()
    {
        var journal = new MemoryJournal();
        var log = new AlertLog(journal);
        for (var i = 0; i < 4096; i++)
            await log.PutAsync(AlertOf("a", i), default);
        journal.IsFull = true;
        await Assert.ThrowsAsync<IOException>(() => log.PutAsync(AlertOf("a", 5000), default));
        journal.IsFull = false;
        await log.PutAsync(AlertOf("a", 5001), default);
        var again = new AlertLog(journal);
        await again.LoadAsync(default);
        Assert.Equal(5001, again.Alerts["a"].Timer.ActiveSinceMs);
    }

    [Fact]
    public async Task What_receivers_were_told_outlives_the_attempts()
    {
        var journal = new MemoryJournal();
        var log = new NotificationLog(journal);
        for (var i = 0; i < 15_000; i++)
        {
            var key = i == 0 ? "long-ago" : "often";
            var attempt = new DeliveryAttempt(i, "ops", "http://x", 1, "delivered", 200, null, null);
            await log.AppendAsync(new NotificationRecord(1, attempt, [key], new NotificationEntry(key, i, [key], [])), default);
        }
        Assert.InRange(journal.Count, 1, 14_000);
        var again = new NotificationLog(journal);
        await again.LoadAsync(default);
        Assert.Equal(0, again.Find("long-ago")!.AtMs);
        Assert.Equal(14_999, again.Find("often")!.AtMs);
        Assert.Equal(log.AttemptsOf("often"), again.AttemptsOf("often"));
    }

    private static Alert AlertOf(string id, long sinceMs) => new()
    {
        Id = id,
        Source = "rule/x",
        Name = "X",
        Severity = "page",
        Labels = new Dictionary<string, string> { ["alertname"] = "X" },
        Annotations = new Dictionary<string, string>(),
        Summary = new AlertSummary("rule", new Dictionary<string, double>(), new Dictionary<string, string>(), "x"),
        Query = "x > 0",
        Timer = new AlertTimer(AlertState.Firing, sinceMs, sinceMs),
    };
}
