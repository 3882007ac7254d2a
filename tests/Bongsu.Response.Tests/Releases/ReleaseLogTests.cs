using Bongsu.Response.Releases;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Releases;

public sealed class ReleaseLogTests
{
    private readonly MemoryJournal _journal = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_mark_names_what_ran_before_and_outlives_a_restart()
    {
        var log = new ReleaseLog(_journal, _time);
        var first = await log.MarkAsync(new ReleaseMark("orders", "1.0"), default);
        _time.Advance(TimeSpan.FromHours(1));
        var second = await log.MarkAsync(new ReleaseMark("orders", "1.1", "9f3c21e", "Jihun"), default);
        Assert.Null(first.PreviousVersion);
        Assert.Equal(("1.0", "marked", "9f3c21e"), (second.PreviousVersion, second.Source, second.Commit));
        var again = new ReleaseLog(_journal, _time, id => id == second.Id ? ["INC-7"] : []);
        await again.LoadAsync(default);
        Assert.Equal(["1.1", "1.0"], again.Between(0, long.MaxValue, "orders", firstToo: true).Select(r => r.Version));
        Assert.Equal(["INC-7"], again.Find(second.Id)!.SuspectOf);
    }

    [Fact]
    public async Task A_mark_of_a_version_just_seen_adds_to_it()
    {
        var log = new ReleaseLog(_journal, _time);
        var seen = await log.SeeAsync("orders", "1.1", "1.0", _time.NowMs, true, ["a"], default);
        var marked = await log.MarkAsync(new ReleaseMark("orders", "1.1", By: "Jihun"), default);
        Assert.Equal((seen!.Id, "seen", "Jihun"), (marked.Id, marked.Source, marked.By));
        Assert.Single(log.Between(0, long.MaxValue, firstToo: true));
    }

    [Fact]
    public async Task Broken_records_are_skipped()
    {
        await _journal.AppendAsync("releases", "{oops"u8.ToArray(), default);
        await _journal.AppendAsync("releases", "{\"of\":\"r99\",\"service\":\"x\",\"version\":\"1\"}"u8.ToArray(), default);
        var log = new ReleaseLog(_journal, _time);
        await log.LoadAsync(default);
        Assert.Empty(log.Between(0, long.MaxValue, firstToo: true));
    }

    [Theory]
    [InlineData("", "1", "service is missing")]
    [InlineData("orders", " ", "version is missing")]
    public void A_mark_that_says_too_little_is_refused(string service, string version, string why) =>
        Assert.StartsWith(why, ReleaseLog.Problem(new ReleaseMark(service, version), 0));

    [Fact]
    public void Limits_are_named()
    {
        Assert.Contains("the limit is 256", ReleaseLog.Problem(new ReleaseMark("x", new string('v', 300)), 0));
        Assert.Contains("ms since the epoch", ReleaseLog.Problem(new ReleaseMark("x", "1", AtMs: long.MaxValue), 1000));
    }
}
