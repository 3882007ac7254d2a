using Bongsu.Query.PromQL;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;

namespace Bongsu.Query.Tests.PromQL;

public sealed class PromQlEngineTests
{
    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData("sum_over_time(x[100y:1ms])", "the limit is 1000000")]
    [InlineData("topk(NaN, x)", "Parameter value is NaN")]
    [InlineData("double_exponential_smoothing(x[5m], 2, 0.5)", "invalid smoothing factor")]
    [InlineData("count_values(\"\", x)", "invalid label name")]
    public async Task Impossible_work_is_refused(string query, string reason)
    {
        _store.Add(LabelSet.Of(("__name__", "x")), (_time.NowMs - 1000, 1), (_time.NowMs, 2));
        var answer = await Engine(new PromQlOptions { Experimental = true }).InstantAsync(query, _time.NowMs, default);
        Assert.Equal(QueryFailureKind.Execution, answer.Failure!.Kind);
        Assert.Contains(reason, answer.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Samples_held_are_limited()
    {
        for (var i = 0; i < 200; i++)
            _store.Add(LabelSet.Of(("__name__", "x"), ("i", $"{i}")), (_time.NowMs, i));
        var options = new PromQlOptions { MaxSamples = 10_000 };
        var answer = await Engine(options).RangeAsync("x + x", _time.NowMs, _time.NowMs + 100_000, 1000, default);
        Assert.Contains("too many samples", answer.Failure!.Message, StringComparison.Ordinal);
        // Why: an aggregation folds series as they come, so the same number of series fits where they need not be held together.
        var folded = await Engine(options).RangeAsync("sum(x)", _time.NowMs, _time.NowMs + 100_000, 1000, default);
        Assert.Null(folded.Failure);
    }

    [Fact]
    public async Task Series_are_limited()
    {
        for (var i = 0; i < 20; i++)
            _store.Add(LabelSet.Of(("__name__", "x"), ("i", $"{i}")), (_time.NowMs, i));
        var options = new PromQlOptions { MaxSeries = 30 };
        Assert.Null((await Engine(options).InstantAsync("sum(x)", _time.NowMs, default)).Failure);
        var answer = await Engine(options).InstantAsync("sum(x) + sum(max_over_time(x[1h]))", _time.NowMs, default);
        Assert.Equal(QueryFailureKind.Execution, answer.Failure!.Kind);
        Assert.Contains("touches 40 series or more; the limit is 30", answer.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_is_limited()
    {
        for (var i = 0; i < 200; i++)
            _store.Add(LabelSet.Of(("__name__", "x"), ("i", $"{i}")), (_time.NowMs, i));
        var options = new PromQlOptions { MaxMemoryBytes = 100_000 };
        var answer = await Engine(options).RangeAsync("x", _time.NowMs, _time.NowMs + 100_000, 1000, default);
        Assert.Contains("too much memory: the limit is 100000 bytes", answer.Failure!.Message, StringComparison.Ordinal);
        Assert.Null((await Engine(options).RangeAsync("sum(x)", _time.NowMs, _time.NowMs + 100_000, 1000, default)).Failure);
    }

    [Fact]
    public async Task A_query_says_what_it_cost()
    {
        for (var i = 0; i < 10; i++)
            _store.Add(LabelSet.Of(("__name__", "x_total"), ("i", $"{i}")), (_time.NowMs - 60_000, i), (_time.NowMs - 30_000, i + 1), (_time.NowMs, i + 2));
        var store = new SlowStore(_store, () => _time.Advance(TimeSpan.FromSeconds(3)));
        var answer = await new PromQlEngine(store, new PromQlOptions(), _time).InstantAsync("sum(rate(x_total[5m]))", _time.NowMs, default);
        var cost = answer.Statistics!;
        Assert.Equal((10, 30), (cost.Series, cost.TotalQueryableSamples));
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3), TimeSpan.Zero), (cost.Prepared, cost.Total, cost.Queued));
        Assert.InRange(cost.PeakSamples, 3, 100);
        Assert.InRange(cost.PeakBytes, 48, 10_000);
    }

    [Theory]
    [InlineData("sum(rate(x[5m]))")]
    [InlineData("rate(x[5m])")]
    [InlineData("topk(3, x)")]
    public async Task A_caller_that_leaves_ends_the_query_on_every_thread(string query)
    {
        for (var i = 0; i < 100; i++)
            _store.Add(LabelSet.Of(("__name__", "x"), ("i", $"{i}")), (_time.NowMs - 1000, 1), (_time.NowMs, 2));
        using var source = new CancellationTokenSource();
        var reads = 0;
        var store = new SlowStore(_store, () => { })
        {
            OnRead = () =>
            {
                if (Interlocked.Increment(ref reads) == 20)
                    source.Cancel();
            },
        };
        var options = new PromQlOptions { MaxWorkers = 4, ParallelWork = 0, SeriesPerRange = 2 };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new PromQlEngine(store, options, _time).RangeAsync(query, _time.NowMs - 60_000, _time.NowMs, 1000, source.Token).AsTask());
        Assert.InRange(reads, 20, 30);
    }

    [Fact]
    public async Task Steps_are_limited()
    {
        var answer = await Engine().RangeAsync("x", 0, 11_000_000, 1000, default);
        Assert.Contains("exceeded maximum resolution of 11000 points", answer.Failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public async Task Times_out_of_range_are_refused(long timeMs)
    {
        Assert.Equal("time out of range", (await Engine().InstantAsync("x", timeMs, default)).Failure!.Message);
    }

    [Fact]
    public async Task A_query_that_takes_too_long_fails()
    {
        var store = new SlowStore(_store, () => _time.Advance(TimeSpan.FromMinutes(3)));
        var answer = await new PromQlEngine(store, new PromQlOptions(), _time).InstantAsync("sum(x)", _time.NowMs, default);
        Assert.Equal(QueryFailureKind.Timeout, answer.Failure!.Kind);
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_the_query()
    {
        using var source = new CancellationTokenSource();
        var store = new SlowStore(_store, source.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new PromQlEngine(store, new PromQlOptions(), _time).InstantAsync("sum(x)", _time.NowMs, source.Token).AsTask());
    }

    [Fact]
    public async Task A_store_without_metrics_is_not_asked()
    {
        var store = new SlowStore(_store, () => throw new InvalidOperationException("asked")) { Capabilities = default };
        var answer = await new PromQlEngine(store, new PromQlOptions(), _time).InstantAsync("x", 0, default);
        Assert.Equal(QueryFailureKind.Unsupported, answer.Failure!.Kind);
    }

    [Fact]
    public async Task What_the_store_left_out_is_a_warning()
    {
        var store = new SlowStore(_store, () => { }) { Warning = "block 7 is damaged" };
        var answer = await new PromQlEngine(store, new PromQlOptions(), _time).InstantAsync("x", 0, default);
        Assert.Equal(["block 7 is damaged"], answer.Warnings);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("x[5m]")]
    [InlineData("sum(rate(x[5m]))")]
    [InlineData("increase(x[6h])")]
    [InlineData("histogram_count(x)")]
    [InlineData("absent_over_time(x[6h])")]
    public async Task What_the_store_finds_out_while_it_is_read_is_a_warning(string query)
    {
        _store.Add(LabelSet.Of(("__name__", "x")), (_time.NowMs - 1_000, 1), (_time.NowMs, 2));
        var keeping = new RollupKeeping(_time.NowMs, 60_000) { Warning = "block 7 is damaged" };
        var answer = await new PromQlEngine(keeping.Over(_store), new PromQlOptions(), _time).InstantAsync(query, _time.NowMs, default);
        Assert.Null(answer.Failure);
        Assert.Contains("block 7 is damaged", answer.Warnings);
    }

    [Fact]
    public async Task Instant_and_range_agree_on_rates_with_resets()
    {
        var values = new (long, double)[200];
        for (var i = 0; i < values.Length; i++)
            values[i] = (i * 15_000, i % 37 * 3.25);
        _store.Add(LabelSet.Of(("__name__", "x_total")), values);
        var range = (await Engine().RangeAsync("rate(x_total[5m])", 600_000, 2_400_000, 30_000, default)).Value!;
        foreach (var point in range.Series[0].Points)
        {
            var instant = (PromVector)(await Engine().InstantAsync("rate(x_total[5m])", point.TimestampMs, default)).Value!;
            Assert.Equal(point.Value, instant.Samples[0].Point.Value, 1e-9);
        }
    }

    private PromQlEngine Engine(PromQlOptions? options = null) => new(_store, options ?? new PromQlOptions(), _time);
}
