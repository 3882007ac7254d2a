using Bongsu.Response.Incidents;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Incidents;

public sealed class IncidentLogTests
{
    [Fact]
    public async Task A_restart_folds_to_the_same_incidents()
    {
        var journal = new MemoryJournal();
        var log = new IncidentLog(journal);
        var opened = await log.OpenAsync(new IncidentEvent("opened", "", 100, "ann") { Title = "Search is slow", Severity = 3, Services = ["search"] }, default);
        await log.AddAsync(new IncidentEvent("ack", opened.Id, 110, "ann"), default);
        await log.AddAsync(new IncidentEvent("role", opened.Id, 120, "ann") { Role = "commander", Person = "Bob" }, default);
        await log.AddAsync(new IncidentEvent("note", opened.Id, 130, "bob") { Text = "rolling back" }, default);
        await log.AddAsync(new IncidentEvent("resolved", opened.Id, 140, "bob"), default);

        var again = new IncidentLog(journal);
        await again.LoadAsync(default);
        var incident = again.Find("inc-1")!;
        Assert.Equal((IncidentStatus.Resolved, 140L, 110L, "Bob"), (incident.Status, incident.ResolvedMs!.Value, incident.AcknowledgedMs!.Value, incident.Roles.Commander));
        Assert.Equal(["opened", "ack", "role", "note", "resolved"], incident.Timeline.Select(t => t.Kind));
        Assert.Equal([1L, 2, 3, 4, 5], incident.Timeline.Select(t => t.Seq));
        Assert.Equal("INC-2", (await again.OpenAsync(new IncidentEvent("opened", "", 200, "ann"), default)).Id);
    }

    [Fact]
    public async Task Records_of_later_versions_change_nothing_and_break_nothing()
    {
        var journal = new MemoryJournal();
        await journal.AppendAsync("incidents", """{"v":1,"kind":"opened","incident":"INC-1","atMs":1,"by":"a","title":"t"}"""u8.ToArray(), default);
        await journal.AppendAsync("incidents", """{"v":9,"kind":"teleported","incident":"INC-1","atMs":2,"by":"a","where":{"x":1}}"""u8.ToArray(), default);
        await journal.AppendAsync("incidents", "not json"u8.ToArray(), default);
        await journal.AppendAsync("incidents", """{"v":1,"kind":"note","incident":"INC-1","atMs":3,"by":"a","text":"n"}"""u8.ToArray(), default);
        var log = new IncidentLog(journal);
        await log.LoadAsync(default);
        Assert.Equal(["opened", "note"], log.Find("INC-1")!.Timeline.Select(t => t.Kind));
    }

    [Fact]
    public async Task Writers_at_once_lose_nothing()
    {
        var log = new IncidentLog(new MemoryJournal());
        var opened = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => log.OpenAsync(new IncidentEvent("opened", "", i, "a"), default))));
        Assert.Equal(Enumerable.Range(1, 20), opened.Select(o => o.Number).Order());
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => log.AddAsync(new IncidentEvent("note", "INC-1", i, "a") { Text = "n" }, default))));
        Assert.Equal(51, log.Find("INC-1")!.Timeline.Count);
    }
}
