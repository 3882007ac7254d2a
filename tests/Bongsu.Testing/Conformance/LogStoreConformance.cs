using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Xunit;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Testing.Conformance;

/// <summary>What every log store promises.</summary>
public abstract class LogStoreConformance : StoreConformance
{
    private static readonly LabelSet Api = LabelSet.Of(("service_name", "api"));
    private static readonly LabelSet Db = LabelSet.Of(("service_name", "db"));

    [Fact]
    public async Task Records_come_back_whole()
    {
        var batch = TelemetryFixtures.Logs(Api, (NowNanos - 5, "hello"));
        var table = batch.Attributes;
        table.Add("service.name", "api");
        batch.Resources.Add(new Resource(table.Since(0), Slice.Empty));
        batch.Scopes.Add(new Scope(batch.Arena.Append("s"), batch.Arena.Append("1"), AttributeRange.Empty, Slice.Empty));
        var start = table.Count;
        table.Add("user", "u1");
        table.Add(batch.Arena.Append("n"), AttributeValue.OfInt(-4));
        batch.Records.Add(new LogRecord
        {
            Resource = 0,
            Scope = 0,
            TimeUnixNano = NowNanos - 4,
            ObservedTimeUnixNano = NowNanos - 3,
            SeverityNumber = 17,
            SeverityText = batch.Arena.Append("ERROR"),
            Body = AttributeValue.OfInt(42),
            EventName = batch.Arena.Append("e"),
            TraceId = new TraceId(1, 2),
            SpanId = new SpanId(3),
            Flags = 1,
            DroppedAttributes = 2,
            Attributes = table.Since(start),
        });
        Assert.Equal(2, (await Store.Logs.AppendAsync(batch, default)).Accepted);
        await SettleAsync();
        Assert.Equal([TelemetryFixtures.Describe(batch, 0), TelemetryFixtures.Describe(batch, 1)], await DescribeAsync(All() with { NewestFirst = false }));
    }

    [Fact]
    public async Task Time_order_holds_over_streams_and_batches()
    {
        var random = new Random(5);
        var times = Enumerable.Range(1, 300).Select(i => NowNanos - i * 1000L).ToArray();
        random.Shuffle(times);
        foreach (var part in times.Chunk(37))
        {
            await AppendAsync(random.Next(2) == 0 ? Api : Db, part.Select(t => (t, $"line {t}")).ToArray());
            await SettleAsync();
        }
        Assert.Equal(times.Order(), await TimesAsync(All() with { NewestFirst = false }));
        Assert.Equal(times.OrderDescending(), await TimesAsync(All()));
    }

    [Fact]
    public async Task The_start_is_included_and_the_end_is_not()
    {
        await AppendAsync(Api, (NowNanos - 3, "a"), (NowNanos - 2, "b"), (NowNanos - 1, "c"));
        await SettleAsync();
        Assert.Equal([NowNanos - 2], await TimesAsync(new LogSelect(NowNanos - 2, NowNanos - 1, [])));
    }

    [Fact]
    public async Task Matchers_select_streams_and_needles_never_hide_a_match()
    {
        await AppendAsync(Api, (NowNanos - 3, "payment failed id=abc123 done"));
        await AppendAsync(Db, (NowNanos - 2, "vacuum of table orders"));
        await SettleAsync();
        Assert.Equal([NowNanos - 2], await TimesAsync(All() with { Matchers = [new LabelMatcher(MatchType.Equal, "service_name", "db")] }));
        foreach (var needle in (string[])["failed", "ment fai", "abc123", "c12", " id=", "d id=abc123 d"])
            Assert.Contains(NowNanos - 3, await TimesAsync(All() with { Needles = [System.Text.Encoding.UTF8.GetBytes(needle)] }));
    }

    [Fact]
    public async Task Conditions_on_fields_and_the_fields_read_never_hide_a_match()
    {
        await AppendAsync(Api, (NowNanos - 4, """{"level":"error","n":7}"""), (NowNanos - 3, """{"level":"info","n":8}"""), (NowNanos - 2, "level=error n=9"), (NowNanos - 1, """{"level":"err\u006fr"}"""));
        await SettleAsync();
        var select = All() with { Fields = [FieldCondition.OfText(new LabelMatcher(MatchType.Equal, "level", "error"))], OnlyFields = ["n", "absent"] };
        Assert.Subset((await TimesAsync(select)).ToHashSet(), new HashSet<long> { NowNanos - 4, NowNanos - 1 });
        await foreach (var batch in Store.Logs.SelectAsync(select, [], default))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                // A store gives all fields asked for, or the body.
                if (batch.Records[i].TimeUnixNano == NowNanos - 4)
                    Assert.Equal("7", batch.HasFields(i) ? batch.TryField(i, 0, out var n) ? System.Text.Encoding.UTF8.GetString(n) : null : batch.BodyText(i)[^2..^1]);
                Assert.False(batch.HasFields(i) && batch.TryField(i, 1, out _));
            }
        }
    }

    [Fact]
    public async Task A_repeated_record_is_accepted_and_stored_once()
    {
        await AppendAsync(Api, (NowNanos - 2, "a"), (NowNanos - 2, "b"));
        await SettleAsync();
        var again = TelemetryFixtures.Logs(Api, (NowNanos - 2, "a"), (NowNanos - 2, "b"), (NowNanos - 2, "c"), (NowNanos - 2, "c"));
        Assert.Equal(4, (await Store.Logs.AppendAsync(again, default)).Accepted);
        await AppendAsync(Db, (NowNanos - 2, "a"));
        await SettleAsync();
        Assert.Equal(4, (await TimesAsync(All())).Count);
    }

    [Fact]
    public async Task Dropped_records_are_skipped()
    {
        var batch = TelemetryFixtures.Logs(Api, (NowNanos - 2, "a"), (NowNanos - 1, "b"));
        batch.Records.Mutable[0].IsDropped = true;
        Assert.Equal(1, (await Store.Logs.AppendAsync(batch, default)).Accepted);
        batch.Clear();
        await SettleAsync();
        Assert.Equal([NowNanos - 1], await TimesAsync(All()));
    }

    [Fact]
    public async Task Streams_are_those_with_records_in_the_time()
    {
        await AppendAsync(Api, (NowNanos - 100, "a"), (NowNanos - 50, "a"));
        await AppendAsync(Db, (NowNanos - 10, "b"));
        await SettleAsync();
        Assert.Equal([Api, Db], (await Store.Logs.StreamsAsync(All(), default)).OrderBy(s => s.ToString(), StringComparer.Ordinal));
        Assert.Equal([Db], await Store.Logs.StreamsAsync(new LogSelect(NowNanos - 20, NowNanos, []), default));
        Assert.Equal([Api], await Store.Logs.StreamsAsync(new LogSelect(NowNanos - 60, NowNanos - 40, []), default));
    }

    [Fact]
    public async Task Deleted_records_are_gone_and_later_ones_live()
    {
        await AppendAsync(Api, (NowNanos - 60, "token=s3cret"), (NowNanos - 50, "fine"), (NowNanos - 40, "token=s3cret again"), (NowNanos - 10, "token=late"));
        await AppendAsync(Db, (NowNanos - 30, "token=other"));
        await SettleAsync();
        LabelMatcher api = new(MatchType.Equal, "service_name", "api");
        await Store.Logs.DeleteAsync(new LogDeletion(0, NowNanos - 20, [api], [new LineMatcher(MatchType.Regex, "token=[a-z0-9]+")]), default);
        Assert.Equal([NowNanos - 10, NowNanos - 30, NowNanos - 50], await TimesAsync(All()));
        await AppendAsync(Api, (NowNanos - 45, "token=new"));
        await SettleAsync();
        Assert.Equal([NowNanos - 10, NowNanos - 30, NowNanos - 45, NowNanos - 50], await TimesAsync(All()));
        await Store.Logs.DeleteAsync(new LogDeletion(0, NowNanos, [api], []), default);
        Assert.Equal([NowNanos - 30], await TimesAsync(All()));
        Assert.Equal([Db], await Store.Logs.StreamsAsync(All(), default));
        await Store.Logs.DeleteAsync(new LogDeletion(0, NowNanos, [], [new LineMatcher(MatchType.NotEqual, "other")]), default);
        await SettleAsync();
        Assert.Equal([NowNanos - 30], await TimesAsync(All()));
    }

    protected LogSelect All() => new(0, NowNanos, []);

    protected async Task AppendAsync(LabelSet stream, params (long, string)[] lines) =>
        Assert.Equal(lines.Length, (await Store.Logs.AppendAsync(TelemetryFixtures.Logs(stream, lines), default)).Accepted);

    protected async Task<List<long>> TimesAsync(LogSelect select)
    {
        var (times, warnings) = (new List<long>(), new List<string>());
        await foreach (var batch in Store.Logs.SelectAsync(select, warnings, default))
        {
            foreach (var record in batch.Records.Span)
                times.Add(record.TimeUnixNano);
        }
        Assert.Empty(warnings);
        return times;
    }

    private async Task<List<string>> DescribeAsync(LogSelect select)
    {
        var found = new List<string>();
        await foreach (var batch in Store.Logs.SelectAsync(select, [], default))
        {
            for (var i = 0; i < batch.Count; i++)
                found.Add(TelemetryFixtures.Describe(batch, i));
        }
        return found;
    }
}
