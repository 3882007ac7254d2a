using System.Text;
using Bongsu.Storage.Tests.Crash;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;
using FsCheck;
using FsCheck.Fluent;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Tests;

/// <summary>Logs and spans of one segment that are kept for different times.</summary>
public sealed class EventRetentionTests : IDisposable
{
    private const long HourMs = 3_600_000;

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_past_a_shorter_time_is_hidden_at_once_and_leaves_the_disk_later()
    {
        var store = Open(_directory.Path, _time, ("brief", 6));
        await AppendAsync(store, "brief", 5, 1);
        await AppendAsync(store, "other", 5, 1);
        Assert.Equal(4, (await LinesAsync(store)).Count);
        _time.Advance(TimeSpan.FromHours(2));
        // Still in memory, and in the WAL.
        Assert.Equal(["brief 1", "other 1", "other 5"], await LinesAsync(store));
        store.SealAll();
        Assert.Equal(["brief 1", "other 1", "other 5"], await LinesAsync(store));
        Assert.Equal(2, (await StreamsAsync(store)).Count);
        _time.Advance(TimeSpan.FromHours(4));
        Assert.Equal(["other 1", "other 5"], await LinesAsync(store));
        Assert.Equal(["{service_name=\"other\"}"], await StreamsAsync(store));
        Assert.True(IsOnDisk("brief"));
        store.Maintain();
        Assert.False(IsOnDisk("brief"));
        Assert.Equal(["other 1", "other 5"], await LinesAsync(store));
        // Once is enough.
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.SegmentsDirectory), "*.segment"));
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        store.Maintain();
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(file));
        await store.DisposeAsync();
        await using var again = Open(_directory.Path, _time, ("brief", 6));
        Assert.Equal(["other 1", "other 5"], await LinesAsync(again));
        Assert.Empty(again.Status.Problems);
    }

    [Fact]
    public async Task Rules_change_while_the_store_is_open()
    {
        await using var store = Open(_directory.Path, _time, ("brief", 6));
        await AppendAsync(store, "brief", 5, 1);
        await AppendAsync(store, "other", 5, 1);
        store.SealAll();
        store.ChangeRetention([], [Rule("other", 2)], []);
        Assert.Equal(["brief 1", "brief 5", "other 1"], await LinesAsync(store));
        // What no merge has taken comes back with a longer time.
        store.ChangeRetention([], [Rule("brief", 2)], []);
        Assert.Equal(["brief 1", "other 1", "other 5"], await LinesAsync(store));
        _time.Advance(TimeSpan.FromHours(2));
        store.Maintain();
        Assert.False(IsOnDisk("brief"));
        store.ChangeRetention([], [], []);
        Assert.Equal(["other 1", "other 5"], await LinesAsync(store));
        store.ChangeRetention([], [Rule("long", 24 * 30)], []);
        Assert.Equal("0100", await TakenAsync(store, 24 * 8));
    }

    [Fact]
    public async Task A_longer_time_widens_what_is_kept_and_what_is_taken()
    {
        await using var store = Open(_directory.Path, _time, ("brief", 1), ("long", 24 * 30), ("forever", 0));
        Assert.Equal("0111", await TakenAsync(store, 2));
        Assert.Equal("0110", await TakenAsync(store, 24 * 8));
        Assert.Equal("0010", await TakenAsync(store, 24 * 31));
        store.SealAll();
        _time.Advance(TimeSpan.FromDays(7));
        store.Maintain();
        Assert.Equal(["forever 192", "forever 2", "forever 744", "long 192", "long 2"], await LinesAsync(store));
        _time.Advance(TimeSpan.FromDays(60));
        store.Maintain();
        Assert.Equal(["forever 192", "forever 2", "forever 744"], await LinesAsync(store));
        Assert.False(IsOnDisk("long"));
    }

    [Fact]
    public async Task Spans_are_kept_by_their_service()
    {
        await using var store = DiskStore.Open(Options(_directory.Path) with { TraceRetentionRules = [Rule("brief", 6)] }, _time, null, new FailingDisk(), default);
        foreach (var (service, id) in ((string, ulong)[])[("brief", 1), ("other", 2)])
            await store.AppendAsync(TelemetryFixtures.RichSpan(new TraceId(1, 1), new SpanId(id), service, "GET /", (_time.NowMs - HourMs) * 1_000_000), default);
        store.SealAll();
        Assert.Equal(2, (await store.TracesAsync([new TraceId(1, 1)], [], default)).Count);
        _time.Advance(TimeSpan.FromHours(6));
        var left = await store.TracesAsync([new TraceId(1, 1)], [], default);
        Assert.Equal("other", left.ResourceText(0, "service.name"u8));
        Assert.Equal(1, left.Count);
        Assert.True(IsOnDisk("brief"));
        store.Maintain();
        Assert.False(IsOnDisk("brief"));
        Assert.Equal(1, (await store.TracesAsync([new TraceId(1, 1)], [], default)).Count);
        _time.Advance(TimeSpan.FromDays(3));
        store.Maintain();
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.SegmentsDirectory), "*.segment"));
    }

    [Fact]
    public async Task What_is_refused_for_its_age_says_why()
    {
        await using var store = Open(_directory.Path, _time, ("brief", 1));
        var result = await store.AppendAsync(TelemetryFixtures.Logs(Stream("brief"), (At(2), "a"), (At(0), "b")), default);
        Assert.Equal(1, result.Accepted);
        Assert.Equal((RejectReason.TooOld, 1), (Assert.Single(result.Rejections).Reason, result.Rejections[0].Count));
        Assert.Contains("retention.yaml", result.Rejections[0].Detail);
    }

    [Fact]
    public void At_any_time_the_rows_kept_are_the_rows_expected()
    {
        var rows = Gen.Choose(0, 3).Zip(Gen.Choose(0, 200)).ListOf().Resize(30);
        var steps = Gen.Choose(0, 40).ListOf().Resize(6);
        Prop.ForAll(rows.Zip(steps).ToArbitrary(), scene => HoldsAsync([.. scene.Item1], [.. scene.Item2]).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20));
    }

    // Rows come in two portions with a restart between them; time goes on in steps, with maintenance after each.
    private static async Task<bool> HoldsAsync(List<(int Service, int AgeHours)> rows, List<int> stepHours)
    {
        (string Service, int Hours)[] rules = [("s0", 5), ("s1", 24 * 10), ("s2", 0)];
        long[] keepHours = [5, 240, long.MaxValue, 7 * 24];
        using var directory = new TemporaryDirectory();
        var time = new ManualTime();
        var store = Open(directory.Path, time, rules);
        var kept = new List<(int Service, long TimeMs, string Line)>();
        for (var i = 0; i < rows.Count; i++)
        {
            var (service, age) = rows[i];
            var atMs = time.NowMs - age * HourMs;
            var result = await store.AppendAsync(TelemetryFixtures.Logs(Stream($"s{service}"), (atMs * 1_000_000, $"row {i}")), default);
            if (result.Accepted == 1)
                kept.Add((service, atMs, $"row {i}"));
            Assert.Equal(age <= keepHours[service], result.Accepted == 1);
            if (i % 7 == 6)
                store.SealAll();
        }
        foreach (var step in stepHours)
        {
            time.Advance(TimeSpan.FromHours(step));
            Check(kept.Where(IsKept), await LinesAsync(store));
            store.Maintain();
            Check(kept.Where(IsKept), await LinesAsync(store));
            // The newest data tell a store that is opened what time it is.
            await store.AppendAsync(TelemetryFixtures.Logs(Stream("s2"), (time.NowMs * 1_000_000, $"at {kept.Count}")), default);
            kept.Add((2, time.NowMs, $"at {kept.Count}"));
            store.SealAll();
            await store.DisposeAsync();
            store = Open(directory.Path, time, rules);
        }
        await store.DisposeAsync();
        return true;

        bool IsKept((int Service, long TimeMs, string Line) row) => keepHours[row.Service] == long.MaxValue || row.TimeMs >= time.NowMs - keepHours[row.Service] * HourMs;

        static void Check(IEnumerable<(int Service, long TimeMs, string Line)> expected, List<string> found) =>
            Assert.Equal(expected.Select(r => r.Line).Order(StringComparer.Ordinal), found);
    }

    private static LabelSet Stream(string service) => LabelSet.Of(("service_name", service));

    private long At(int ageHours) => (_time.NowMs - ageHours * HourMs) * 1_000_000;

    private static EventRetentionRule Rule(string service, int hours) => new([new LabelMatcher(MatchType.Equal, "service_name", service)], TimeSpan.FromHours(hours));

    private static DiskStoreOptions Options(string directory) => new() { Directory = directory, FlushInterval = TimeSpan.FromDays(100) };

    private static DiskStore Open(string directory, ManualTime time, params (string Service, int Hours)[] rules) =>
        DiskStore.Open(Options(directory) with { LogRetentionRules = [.. rules.Select(r => Rule(r.Service, r.Hours))] }, time, null, new FailingDisk(), default);

    private async Task AppendAsync(DiskStore store, string service, params int[] ageHours)
    {
        foreach (var age in ageHours)
            Assert.Equal(1, (await store.AppendAsync(TelemetryFixtures.Logs(Stream(service), (At(age), $"{service} {age}")), default)).Accepted);
    }

    private async Task<string> TakenAsync(DiskStore store, int ageHours)
    {
        var taken = "";
        foreach (var service in (string[])["brief", "long", "forever", "other"])
            taken += (await store.AppendAsync(TelemetryFixtures.Logs(Stream(service), (At(ageHours), $"{service} {ageHours}")), default)).Accepted;
        return taken;
    }

    private bool IsOnDisk(string text) =>
        Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.SegmentsDirectory), "*.segment").Any(f => File.ReadAllBytes(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static async Task<List<string>> StreamsAsync(DiskStore store) =>
        [.. (await store.StreamsAsync(new LogSelect(0, long.MaxValue, []), default)).Select(s => s.ToString())];

    private static async Task<List<string>> LinesAsync(DiskStore store)
    {
        var (lines, warnings) = (new List<string>(), new List<string>());
        await foreach (var batch in store.SelectAsync(new LogSelect(0, long.MaxValue, []), warnings, default))
        {
            for (var i = 0; i < batch.Count; i++)
                lines.Add(batch.BodyText(i));
        }
        Assert.Empty(warnings);
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
