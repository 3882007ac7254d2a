using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Spans;
using Xunit;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Testing.Conformance;

/// <summary>What every span store promises.</summary>
public abstract class SpanStoreConformance : StoreConformance
{
    [Fact]
    public async Task Spans_come_back_whole_by_trace()
    {
        var trace = new TraceId(1, 2);
        var batch = TelemetryFixtures.RichSpan(trace, new SpanId(5), "api", "GET /", NowNanos - 5_000_000);
        Assert.Equal(1, (await Store.Spans.AppendAsync(batch, default)).Accepted);
        await AppendAsync(new TraceId(9, 9), 6, "db", NowNanos - 4_000_000);
        await SettleAsync();
        var found = await Store.Spans.TracesAsync([trace], [], default);
        Assert.Equal(1, found.Count);
        Assert.Equal(TelemetryFixtures.Describe(batch, 0), TelemetryFixtures.Describe(found, 0));
        Assert.Equal(0, (await Store.Spans.TracesAsync([new TraceId(3, 3)], [], default)).Count);
    }

    [Fact]
    public async Task A_trace_is_whole_wherever_its_spans_are()
    {
        for (ulong i = 1; i <= 40; i++)
        {
            await AppendAsync(new TraceId(i % 4, 1), i, "api", NowNanos - (long)i * 1000);
            if (i % 10 == 0)
                await SettleAsync();
        }
        var found = await Store.Spans.TracesAsync([new TraceId(1, 1), new TraceId(2, 1)], [], default);
        Assert.Equal(20, found.Spans.Span.ToArray().Select(s => s.SpanId).Distinct().Count());
        Assert.All(found.Spans.Span.ToArray(), s => Assert.True(s.TraceId.High is 1 or 2));
    }

    [Fact]
    public async Task A_repeated_span_is_accepted_and_stored_once()
    {
        await AppendAsync(new TraceId(1, 1), 1, "api", NowNanos - 10);
        await SettleAsync();
        await AppendAsync(new TraceId(1, 1), 1, "api", NowNanos - 10);
        await SettleAsync();
        Assert.Equal(1, (await Store.Spans.TracesAsync([new TraceId(1, 1)], [], default)).Count);
        Assert.Single(await StartsAsync(new SpanSelect(0, NowNanos)));
    }

    [Fact]
    public async Task Selection_holds_the_time_and_hints_never_hide_a_match()
    {
        await AppendAsync(new TraceId(1, 1), 1, "api", NowNanos - 30);
        await AppendAsync(new TraceId(1, 1), 2, "db", NowNanos - 20);
        await AppendAsync(new TraceId(1, 1), 3, "api", NowNanos - 10);
        await SettleAsync();
        Assert.Equal([NowNanos - 20], await StartsAsync(new SpanSelect(NowNanos - 20, NowNanos - 10)));
        Assert.Contains(NowNanos - 20, await StartsAsync(new SpanSelect(0, NowNanos, ServiceName: "db")));
        Assert.Contains(NowNanos - 20, await StartsAsync(new SpanSelect(0, NowNanos, Name: "GET /", MinDurationNanos: 1_000_000, Status: SpanStatus.Error)));
        Assert.Equal([NowNanos - 10, NowNanos - 20, NowNanos - 30], (await StartsAsync(new SpanSelect(0, NowNanos))).OrderDescending());
    }

    [Fact]
    public async Task Dropped_spans_are_skipped()
    {
        var batch = TelemetryFixtures.RichSpan(new TraceId(1, 1), new SpanId(1), "api", "GET /", NowNanos - 10);
        batch.Spans.Mutable[0].IsDropped = true;
        Assert.Equal(0, (await Store.Spans.AppendAsync(batch, default)).Accepted);
        Assert.Empty(await StartsAsync(new SpanSelect(0, NowNanos)));
    }

    [Fact]
    public async Task Deleted_spans_are_gone_and_later_ones_live()
    {
        await AppendAsync(new TraceId(1, 1), 1, "api", NowNanos - 60);
        await AppendAsync(new TraceId(1, 1), 2, "db", NowNanos - 50);
        await SettleAsync();
        await AppendAsync(new TraceId(1, 1), 3, "api", NowNanos - 40);
        await AppendAsync(new TraceId(1, 1), 4, "api", NowNanos - 10);
        LabelMatcher api = new(MatchType.Equal, "service.name", "api");
        await Store.Spans.DeleteAsync(new SpanDeletion(0, NowNanos - 20, [api, new LabelMatcher(MatchType.Regex, "text", "값|no")]), default);
        Assert.Equal([NowNanos - 10, NowNanos - 50], (await StartsAsync(new SpanSelect(0, NowNanos))).OrderDescending());
        Assert.Equal(2, (await Store.Spans.TracesAsync([new TraceId(1, 1)], [], default)).Count);
        await AppendAsync(new TraceId(1, 1), 3, "api", NowNanos - 40);
        await SettleAsync();
        Assert.Equal(3, (await Store.Spans.TracesAsync([new TraceId(1, 1)], [], default)).Count);
        await Store.Spans.DeleteAsync(new SpanDeletion(0, NowNanos, [new LabelMatcher(MatchType.Equal, "text", "other")]), default);
        await Store.Spans.DeleteAsync(new SpanDeletion(0, NowNanos, [new LabelMatcher(MatchType.Equal, "user.id", ""), new LabelMatcher(MatchType.NotEqual, "service.name", "db")]), default);
        await SettleAsync();
        Assert.Equal([NowNanos - 50], await StartsAsync(new SpanSelect(0, NowNanos)));
    }

    [Fact]
    public async Task Dropped_traces_are_in_no_answer()
    {
        for (ulong i = 1; i <= 12; i++)
        {
            await AppendAsync(new TraceId(i % 3, 1), i, "api", NowNanos - (long)i);
            if (i % 5 == 0)
                await SettleAsync();
        }
        await DropAsync(new TraceId(1, 1), new TraceId(7, 7));
        Assert.Equal(8, (await StartsAsync(new SpanSelect(0, NowNanos))).Count);
        await SettleAsync();
        await DropAsync(new TraceId(2, 1));
        Assert.Equal([NowNanos - 12, NowNanos - 9, NowNanos - 6, NowNanos - 3], (await StartsAsync(new SpanSelect(0, NowNanos))).Order());
        await SettleAsync();
        Assert.Equal(4, (await StartsAsync(new SpanSelect(0, NowNanos))).Count);
        Assert.Equal(0, (await Store.Spans.TracesAsync([new TraceId(1, 1), new TraceId(2, 1)], [], default)).Count);
        Assert.Equal(4, (await Store.Spans.TracesAsync([new TraceId(0, 1), new TraceId(1, 1)], [], default)).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_appended_after_a_drop_stays(bool isSettledBetween)
    {
        await AppendAsync(new TraceId(1, 1), 1, "api", NowNanos - 30);
        await DropAsync(new TraceId(1, 1));
        if (isSettledBetween)
            await SettleAsync();
        await AppendAsync(new TraceId(1, 1), 2, "api", NowNanos - 20);
        Assert.Equal([NowNanos - 20], await StartsAsync(new SpanSelect(0, NowNanos)));
        await SettleAsync();
        Assert.Equal([NowNanos - 20], await StartsAsync(new SpanSelect(0, NowNanos)));
        Assert.Equal(new SpanId(2), Assert.Single((await Store.Spans.TracesAsync([new TraceId(1, 1)], [], default)).Spans.Span.ToArray()).SpanId);
        await DropAsync(new TraceId(1, 1));
        Assert.Empty(await StartsAsync(new SpanSelect(0, NowNanos)));
    }

    [Fact]
    public async Task What_was_dropped_lately_is_known()
    {
        await AppendAsync(new TraceId(1, 1), 1, "api", NowNanos - 30);
        await AppendAsync(new TraceId(2, 1), 2, "api", NowNanos - 30);
        await DropAsync(new TraceId(2, 1));
        Assert.Equal([new TraceId(2, 1)], await Store.Spans.DroppedAsync(default));
    }

    private ValueTask DropAsync(params TraceId[] traces)
    {
        Assert.True(Store.Capabilities.TraceDrops);
        return Store.Spans.DropAsync(traces, TimeSpan.FromMinutes(1), default);
    }

    protected async Task AppendAsync(TraceId trace, ulong span, string service, long startNanos) =>
        Assert.Equal(1, (await Store.Spans.AppendAsync(TelemetryFixtures.RichSpan(trace, new SpanId(span), service, "GET /", startNanos), default)).Accepted);

    protected async Task<List<long>> StartsAsync(SpanSelect select)
    {
        var (starts, warnings) = (new List<long>(), new List<string>());
        await foreach (var batch in Store.Spans.SelectAsync(select, warnings, default))
        {
            foreach (var span in batch.Spans.Span)
                starts.Add(span.StartUnixNano);
        }
        Assert.Empty(warnings);
        return starts;
    }
}
