using Bongsu.Query;
using Bongsu.Query.PromQL;
using Bongsu.Storage;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Server.Tests.PromQL;

/// <summary>Questions of days answered from rollups on disk, beside the same engine over all of the samples in memory.</summary>
public sealed class RollupQueryTests : IAsyncLifetime
{
    private const int Days = 6;
    private const int StepMs = 60_000;
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    private static readonly string[] Functions = ["rate", "increase", "avg_over_time", "sum_over_time", "count_over_time", "min_over_time", "max_over_time", "last_over_time", "resets"];

    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-rollups-").FullName;
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 10, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryStore _samples = new();
    private readonly Random _random = new(5);
    private readonly double[] _counters = new double[4];
    private readonly long _startMs;
    private DiskStore _store = null!;

    public RollupQueryTests() => _startMs = _time.NowMs;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _samples.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Rollups_beside_the_samples_change_no_answer()
    {
        await LiveAsync(TimeSpan.FromDays(15));
        foreach (var function in Functions)
        {
            await AssertSameAsync($"{function}(m[1d])", _startMs + DayMs, HourMs);
            await AssertSameAsync($"sum by (odd) ({function}(m[25h7m]))", _startMs + 2 * DayMs + 123_000, 5 * HourMs);
        }
    }

    [Fact]
    public async Task Where_only_rollups_are_left_whole_hours_are_answered_as_by_the_samples()
    {
        await LiveAsync(TimeSpan.FromDays(2));
        foreach (var function in Functions)
            await AssertSameAsync($"{function}(m[1d])", _startMs + DayMs, HourMs);
    }

    [Fact]
    public async Task Where_only_rollups_are_left_a_range_that_parts_rows_says_so()
    {
        await LiveAsync(TimeSpan.FromDays(2));
        var answer = await AskAsync(new PromQlEngine(_store, new PromQlOptions(), _time), "sum_over_time(m[5h17m])", _startMs + DayMs, HourMs);
        Assert.Contains(answer.Warnings, w => w.Contains("5m", StringComparison.Ordinal));
    }

    private async Task LiveAsync(TimeSpan retention)
    {
        var options = new DiskStoreOptions { Directory = _directory, Durability = Durability.Os, RetentionMetrics = retention, BlockWindow = TimeSpan.FromHours(6), FlushInterval = TimeSpan.FromDays(1000) };
        _store = await DiskStore.OpenAsync(options, _time, null, default);
        for (var hour = 0; hour < Days * 24; hour += 6)
        {
            var fromMs = _time.NowMs;
            _time.Advance(TimeSpan.FromHours(6));
            await AppendAsync(fromMs + 7_000, _time.NowMs);
            _store.SealAll();
            _store.Maintain();
        }
        for (var i = 0; i < 3; i++)
            _store.Maintain();
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_directory, "blocks"), "rollup-1h-*"));
    }

    private async Task AppendAsync(long fromMs, long toMs)
    {
        var batch = new MetricBatch();
        for (var i = 0; i < _counters.Length; i++)
        {
            var series = batch.AddSeries(LabelSet.Of(("__name__", "m"), ("i", $"{i}"), ("odd", $"{i % 2}")).Bytes);
            for (var timeMs = fromMs; timeMs <= toMs; timeMs += StepMs)
                batch.AddSample(series, timeMs, _counters[i] = _random.Next(500) == 0 ? 0 : _counters[i] + _random.Next(50));
        }
        Assert.Equal(0, (await _store.Metrics.AppendAsync(batch, default)).Rejected);
        Assert.Equal(0, (await _samples.Metrics.AppendAsync(batch, default)).Rejected);
    }

    private async Task AssertSameAsync(string query, long startMs, long stepMs)
    {
        var expected = (await AskAsync(new PromQlEngine(_samples, new PromQlOptions(), _time), query, startMs, stepMs)).Value!;
        var actual = (await AskAsync(new PromQlEngine(_store, new PromQlOptions(), _time), query, startMs, stepMs)).Value!;
        Assert.Equal(Points(expected).Select(p => (p.Labels, p.TimeMs)), Points(actual).Select(p => (p.Labels, p.TimeMs)));
        foreach (var (one, other) in Points(expected).Zip(Points(actual)))
            Assert.True(Math.Abs(one.Value - other.Value) <= 1e-9 * Math.Abs(one.Value), $"{query} of {one.Labels} at {one.TimeMs}: {other.Value}, not {one.Value}");
    }

    private Task<QueryAnswer<PromMatrix>> AskAsync(PromQlEngine engine, string query, long startMs, long stepMs) =>
        engine.RangeAsync(query, startMs, _startMs + (Days - 1) * DayMs, stepMs, default).AsTask();

    private static IEnumerable<(LabelSet Labels, long TimeMs, double Value)> Points(PromMatrix matrix) =>
        from series in matrix.Series from point in series.Points select (series.Labels, point.TimestampMs, point.Value);
}
