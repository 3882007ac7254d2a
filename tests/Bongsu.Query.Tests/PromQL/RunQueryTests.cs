using System.Globalization;
using Bongsu.Query.PromQL;
using Bongsu.Query.Tests.PromQL.Kernels;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>Queries over runs: the same answers as over samples, taken where it is cheaper or where only rollups are left.</summary>
public sealed class RunQueryTests
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;

    private static readonly string[] Functions =
    [
        "rate", "increase", "delta", "resets", "sum_over_time", "avg_over_time", "min_over_time", "max_over_time", "count_over_time", "present_over_time",
        "last_over_time", "first_over_time", "absent_over_time",
    ];

    private static readonly PromQlOptions OverSamples = new() { RunStretch = TimeSpan.MaxValue, MaxWorkers = 1 };
    private static readonly PromQlOptions OverRuns = new() { RunStretch = TimeSpan.Zero, MaxWorkers = 1 };

    public static TheoryData<string> AllFunctions() => [.. Functions];

    [Fact]
    public void Runs_and_samples_answer_alike() =>
        Prop.ForAll(RandomSeries.Seeds, seed =>
        {
            var random = new Random(seed);
            var store = Store(random);
            var query = Query(random);
            var (start, step) = (random.Next(-600, 4_000) * 1_000L, random.Next(2) == 0 ? 60_000 : random.Next(1, 300_000));
            var end = start + step * random.Next(0, 60);
            var samples = Ask(store, query, start, end, step, OverSamples);
            var runs = Ask(store, query, start, end, step, OverRuns);
            AssertAlike(samples, runs, $"seed {seed}: {query}");
            Assert.Equal(samples.Warnings, runs.Warnings);
            Assert.Equal(samples.Infos, runs.Infos);
            Assert.Equal(samples.Statistics!.TotalQueryableSamples, runs.Statistics!.TotalQueryableSamples);
            foreach (var workers in new[] { 2, 5 })
            {
                var spread = Ask(store, query, start, end, step, OverRuns with { MaxWorkers = workers, ParallelWork = 0, SeriesPerRange = 2 });
                AssertAlike(runs, spread, $"seed {seed}, {workers} workers: {query}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Theory]
    [InlineData("rate(x_total[3d])", 0, true)]
    [InlineData("sum by (i) (rate(x_total[3d]))", 0, true)]
    [InlineData("avg_over_time(x_total[1d] offset 1h)", 0, true)]
    [InlineData("rate(x_total[1h])", 1_440, true)]
    [InlineData("increase(x_total[6h])", 0, true)]
    [InlineData("increase(x_total[6h] @ end())", 1, true)]
    [InlineData("rate(x_total[4h])", 0, false)]
    [InlineData("rate(x_total[6h])", 60, false)]
    [InlineData("rate(x_total[5m])", 0, false)]
    [InlineData("rate(x_total[5m])", 1, false)]
    [InlineData("rate(x_total[1h])", 1, false)]
    [InlineData("rate(x_total[3d])", 1, false)]
    [InlineData("irate(x_total[3d])", 0, false)]
    [InlineData("changes(x_total[3d])", 0, false)]
    [InlineData("rate(x_total[3d] smoothed)", 0, false)]
    [InlineData("max_over_time(rate(x_total[5m])[3d:1m])", 0, false)]
    public void Runs_are_folded_where_windows_are_wide_against_their_cuts(string query, long stepMinutes, bool overRuns)
    {
        var inner = Counters(3 * 24 * Hour, Minute);
        var keeping = RollupKeeping.None;
        var start = stepMinutes == 0 ? 3 * 24 * Hour : 24 * Hour;
        Ask(keeping.Over(inner), query, start, 3 * 24 * Hour, Math.Max(1, stepMinutes) * Minute, new PromQlOptions { Experimental = query.Contains("smoothed"), UseStartTimes = false });
        Assert.Equal(overRuns ? (0, 3) : (3, 0), (keeping.SampleReads, keeping.RunReads));
    }

    [Fact]
    public void Samples_with_start_times_are_read()
    {
        var keeping = RollupKeeping.None;
        Ask(keeping.Over(Counters(3 * 24 * Hour, Minute)), "rate(x_total[3d])", 3 * 24 * Hour, 3 * 24 * Hour, 1, new PromQlOptions { Experimental = true });
        Assert.Equal((3, 0), (keeping.SampleReads, keeping.RunReads));
    }

    [Fact]
    public async Task Only_series_that_need_it_are_read_by_samples()
    {
        var inner = Counters(24 * Hour, Minute);
        inner.Add(LabelSet.Of(("__name__", "x_total"), ("i", "sums to little")), (Hour, 1e17), (2 * Hour, 3), (3 * Hour, -1e17));
        var batch = new MetricBatch();
        batch.Histograms.Add((batch.AddSeries(LabelSet.Of(("__name__", "x_total"), ("i", "histograms")).Bytes), Hour, new NativeHistogram { Count = 1, Sum = 7 }));
        await inner.AppendAsync(batch, default);
        var keeping = RollupKeeping.None;
        var answer = Ask(keeping.Over(inner), "sum_over_time(x_total[1d])", 24 * Hour, 24 * Hour, 1, new PromQlOptions());
        Assert.Equal((2, 5), (keeping.SampleReads, keeping.RunReads));
        Assert.Equal(3, answer.Value!.Series.Single(s => s.Labels.Get("i") == "sums to little").Points[0].Value);
        Assert.NotNull(answer.Value.Series.Single(s => s.Labels.Get("i") == "histograms").Points[0].Histogram);
    }

    [Theory]
    [MemberData(nameof(AllFunctions))]
    public void Rollups_answer_exactly_where_windows_end_with_them(string function)
    {
        var inner = Counters(12 * Hour, 15_000);
        var keeping = new RollupKeeping(8 * Hour, 5 * Minute);
        foreach (var (range, step, options) in new[] { ("5m", 5, OverSamples), ("15m", 10, OverRuns), ("1h", 5, new PromQlOptions()), ("6h", 360, OverRuns) })
        {
            foreach (var modifiers in new[] { "", " offset 35m", " offset -35m", " @ 18000", " @ 39600" })
            {
                var query = $"{function}(x_total[{range}]{modifiers})";
                var whole = Ask(inner, query, 6 * Hour, 11 * Hour, step * Minute, options);
                var rolled = Ask(keeping.Over(inner), query, 6 * Hour, 11 * Hour, step * Minute, options);
                AssertAlike(whole, rolled, query);
                Assert.Empty(rolled.Warnings);
            }
        }
    }

    [Theory]
    [InlineData("5m")]
    [InlineData("2m")]
    [InlineData("20m")]
    [InlineData("1h")]
    public void Rates_over_rollups_that_stick_out_keep_their_slope(string range)
    {
        var inner = new MemoryStore();
        inner.Add(LabelSet.Of(("__name__", "steady_total")), [.. Enumerable.Range(0, 2_000).Select(i => (i * 15_000L, 1e6 + i * 30.0))]);
        var keeping = new RollupKeeping(8 * Hour, 5 * Minute);
        var answer = Ask(keeping.Over(inner), $"rate(steady_total[{range}])", 3 * Hour, 6 * Hour, 97_000, OverSamples);
        Assert.True(range == "2m" || answer.Value!.Series[0].Points.Count == 112);
        Assert.All(answer.Value!.Series[0].Points, point => Assert.Equal(2, point.Value, 0.02));
        Assert.Equal(["rollups are counted whole"], answer.Warnings);
        Assert.Equal(0, keeping.SampleReads);
    }

    [Fact]
    public async Task Runs_are_held_against_the_limits()
    {
        var inner = Counters(24 * Hour, Minute);
        var samples = OverRuns with { MaxSamples = 500 };
        var bytes = OverRuns with { MaxMemoryBytes = 20_000 };
        foreach (var (options, message) in new[] { (samples, "too many samples"), (bytes, "too much memory") })
        {
            var engine = new PromQlEngine(inner, options, new ManualTime());
            Assert.Null((await engine.RangeAsync("sum(rate(x_total[1h]))", Hour, 24 * Hour, Hour, default)).Failure);
            var refused = await engine.RangeAsync("sum(rate(x_total[1h]))", 8 * Hour, 24 * Hour, 2 * Minute, default);
            Assert.Contains(message, refused.Failure!.Message, StringComparison.Ordinal);
        }
    }

    private static QueryAnswer<PromMatrix> Ask(ITelemetryStore store, string query, long startMs, long endMs, long stepMs, PromQlOptions options)
    {
        var answer = new PromQlEngine(store, options, new ManualTime()).RangeAsync(query, startMs, endMs, stepMs, default).AsTask().Result;
        Assert.True(answer.Failure is null, $"{query}: {answer.Failure}");
        return answer;
    }

    private static void AssertAlike(QueryAnswer<PromMatrix> a, QueryAnswer<PromMatrix> b, string what)
    {
        Assert.Equal(a.Value!.Series.Select(s => s.Labels), b.Value!.Series.Select(s => s.Labels));
        foreach (var (x, y) in a.Value.Series.Zip(b.Value.Series))
        {
            Assert.Equal(x.Points.Select(p => p.TimestampMs), y.Points.Select(p => p.TimestampMs));
            foreach (var (p, q) in x.Points.Zip(y.Points))
            {
                Assert.True(p.Histogram is null == q.Histogram is null && (p.Histogram is null || p.Histogram.Count.Equals(q.Histogram!.Count)), what);
                Assert.True(RangeKernelTests.AreAlike(p.Value, q.Value), $"{what}: {x.Labels} at {p.TimestampMs}: {p.Value:R} and {q.Value:R}");
            }
        }
    }

    private static string Query(Random random)
    {
        var function = Functions[random.Next(Functions.Length)];
        var range = random.Next(4) switch { 0 => "5m", 1 => "1h", 2 => "1ms", _ => $"{random.Next(1, 4_000)}s" };
        var modifiers = random.Next(5) switch { 0 => " offset 7m", 1 => " offset -13m", 2 => $" @ {random.Next(0, 4_000)}", 3 => " @ end() offset 1s", _ => "" };
        var call = $"{function}(x_total[{range}]{modifiers})";
        return random.Next(4) switch
        {
            0 => $"max by (i) ({call})",
            1 => $"avg_over_time({call}[10m:1m])",
            _ => call,
        };
    }

    private static MemoryStore Store(Random random)
    {
        var store = new MemoryStore();
        var batch = new MetricBatch();
        for (var i = 0; i < 8; i++)
        {
            var (times, values) = RandomSeries.Make(random.Next(), withStale: random.Next(2) == 0);
            var series = batch.AddSeries(LabelSet.Of(("__name__", random.Next(20) == 0 ? "x" : "x_total"), ("i", $"{i}")).Bytes);
            var histograms = random.Next(8) == 0;
            for (var k = 0; k < times.Length; k++)
            {
                if (histograms && random.Next(30) == 0)
                    batch.Histograms.Add((series, times[k], new NativeHistogram { Count = k, Sum = k }));
                else
                    batch.AddSample(series, times[k], values[k]);
            }
        }
        store.AppendAsync(batch, default).AsTask().Wait();
        return store;
    }

    // One that never stops, one that starts again now and then, one with gaps and odd values.
    private static MemoryStore Counters(long upToMs, long intervalMs)
    {
        var random = new Random(1);
        var store = new MemoryStore();
        var batch = new MetricBatch();
        for (var i = 0; i < 3; i++)
        {
            var series = batch.AddSeries(LabelSet.Of(("__name__", "x_total"), ("i", i.ToString(CultureInfo.InvariantCulture))).Bytes);
            var value = 1_000.0;
            for (var at = i * 1_000L; at <= upToMs; at += intervalMs)
            {
                value = i > 0 && random.Next(150) == 0 ? 0.5 : value + random.Next(10);
                if (i == 2 && random.Next(400) == 0)
                    at += 8 * intervalMs;
                batch.AddSample(series, at, i == 2 && random.Next(100) == 0 ? SampleValues.StaleNaN : value);
            }
        }
        store.AppendAsync(batch, default).AsTask().Wait();
        return store;
    }
}
