using Bongsu.Response.Releases;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Releases;

public sealed class ReleaseWatcherTests
{
    private readonly MemoryStore _store = new();
    private readonly MemoryJournal _journal = new();
    private readonly ManualTime _time = new();
    private readonly Dictionary<string, double> _counts = [];

    [Fact]
    public async Task A_new_version_is_a_release_and_the_first_one_no_change()
    {
        var (log, watcher) = Start();
        await RunAsync(watcher, "1.0", 300);
        var switchMs = _time.NowMs;
        await RunAsync(watcher, "1.1", 60);
        var releases = log.Between(0, long.MaxValue, "orders", firstToo: true);
        Assert.Equal(["1.1", "1.0"], releases.Select(r => r.Version));
        Assert.Equal("1.0", releases[0].PreviousVersion);
        Assert.Null(releases[1].PreviousVersion);
        Assert.InRange(releases[0].AtMs, switchMs, switchMs + 10_000);
        Assert.Equal(["orders-1.1"], releases[0].Instances);
    }

    [Fact]
    public async Task Going_back_is_a_release_and_so_is_coming_again()
    {
        var (log, watcher) = Start();
        foreach (var version in new[] { "1.0", "1.1", "1.0", "1.1" })
            await RunAsync(watcher, version, 100);
        Assert.Equal(["1.0", "1.1", "1.0", "1.1"], log.Between(0, long.MaxValue, firstToo: true).Reverse().Select(r => r.Version));
    }

    [Fact]
    public async Task A_restart_of_the_watcher_invents_nothing()
    {
        var (_, watcher) = Start();
        await RunAsync(watcher, "1.0", 100);
        await RunAsync(watcher, "1.1", 100);
        var (log, second) = Start();
        await log.LoadAsync(default);
        await RunAsync(second, "1.1", 100);
        Assert.Equal(2, log.Between(0, long.MaxValue, firstToo: true).Count);
    }

    [Fact]
    public async Task Two_versions_side_by_side_are_one_release_each()
    {
        var (log, watcher) = Start();
        await RunAsync(watcher, "1.0", 200);
        await RunAsync(watcher, "1.0,1.1", 200);
        Assert.Equal(2, log.Between(0, long.MaxValue, firstToo: true).Count);
    }

    [Fact]
    public async Task A_quiet_service_that_wakes_up_is_no_release()
    {
        var (log, watcher) = Start();
        await RunAsync(watcher, "1.0", 100);
        await RunAsync(watcher, "", 600);
        await RunAsync(watcher, "1.0", 100);
        Assert.Single(log.Between(0, long.MaxValue, firstToo: true));
    }

    [Fact]
    public async Task The_loop_goes_on_after_a_look_that_failed()
    {
        var log = new ReleaseLog(new FailingJournal(_journal, failures: 2), _time);
        var failed = 0;
        using var stop = new CancellationTokenSource();
        var loop = new ReleaseWatcher(_store, log, _time).RunAsync(_ => failed++, stop.Token);
        for (var i = 0; i < 20 && log.Between(0, long.MaxValue, firstToo: true).Count == 0; i++)
        {
            Grow("1.0");
            _time.Advance(ReleaseWatcher.Period);
            await Task.Delay(10);
        }
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
        Assert.Equal(2, failed);
        Assert.Single(log.Between(0, long.MaxValue, firstToo: true));
    }

    private (ReleaseLog, ReleaseWatcher) Start()
    {
        var log = new ReleaseLog(_journal, _time);
        return (log, new ReleaseWatcher(_store, log, _time));
    }

    // Every version known so far goes on being repeated with its last value, as counters derived from spans are.
    private async Task RunAsync(ReleaseWatcher watcher, string versions, int seconds)
    {
        for (var at = 0; at < seconds; at += 10)
        {
            foreach (var version in versions.Split(',', StringSplitOptions.RemoveEmptyEntries))
                Grow(version);
            _time.Advance(TimeSpan.FromSeconds(5));
            foreach (var version in versions.Split(',', StringSplitOptions.RemoveEmptyEntries))
                Grow(version);
            Repeat();
            _time.Advance(TimeSpan.FromSeconds(5));
            await watcher.LookAsync(default);
        }
    }

    private void Grow(string version)
    {
        _counts[version] = _counts.GetValueOrDefault(version) + 10;
        Write(version);
    }

    private void Repeat()
    {
        foreach (var version in _counts.Keys)
            Write(version);
    }

    private void Write(string version) => _store.Add(LabelSet.Of(("__name__", "traces_spanmetrics_calls_total"), ("service_name", "orders"), ("service_version", version),
        ("instance", "orders-" + version), ("span_kind", "SPAN_KIND_SERVER")), (_time.NowMs, _counts[version]));
}
