using System.Globalization;
using Bongsu.Query.Tests.Golden;
using Bongsu.Query.TraceQL;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.TraceQL;

/// <summary>
/// TraceQL's meaning as text files. <c>trace N</c> holds spans <c>id parent service name start duration key=value …</c>, where a key is kind, status,
/// message, resource.x, event.x, link.x or a span attribute; <c>search QUERY</c> expects <c>trace: spans</c> a span set,
/// <c>metrics START END STEP QUERY</c> a series a line, <c>fail QUERY</c> a part of the message.
/// </summary>
public sealed class TraceQlGoldenTests
{
    private const long DayNanos = 86_400_000_000_000;

    public static TheoryData<string> Files() => GoldenBlock.Files("traceql");

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Golden_file_holds(string file)
    {
        var blocks = GoldenBlock.Read(Path.Combine(GoldenBlock.Folder("traceql"), file));
        var engine = await EngineAsync(blocks);
        var wrong = new List<string>();
        foreach (var block in blocks.Where(b => b.Word != "trace"))
        {
            var actual = await AnswerAsync(engine, block);
            if (block.Word == "fail" ? !actual[0].Contains(block.Lines[0], StringComparison.Ordinal) : !actual.SequenceEqual(block.Lines))
                wrong.Add($"{block.Place}: {block.Query}\n  want\n    {string.Join("\n    ", block.Lines)}\n  got\n    {string.Join("\n    ", actual)}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task Mutated_queries_are_answered_or_refused_but_never_throw()
    {
        var engine = await EngineAsync([.. Directory.GetFiles(GoldenBlock.Folder("traceql"), "*.txt").SelectMany(GoldenBlock.Read)]);
        var config = Config.QuickThrowOnFailure.WithMaxTest(2_000);
        Prop.ForAll(QueryMutation.Of(GoldenBlock.Queries("traceql")), query =>
        {
            var found = engine.FindAsync(query, 0, DayNanos, 100, 100, default).AsTask().GetAwaiter().GetResult();
            var metrics = engine.MetricsAsync(query, 0, 60_000_000_000, 10_000_000_000, default).AsTask().GetAwaiter().GetResult();
            return found.Value is null == found.Failure is not null && metrics.Value is null == metrics.Failure is not null;
        }).Check(config);
    }

    private static async Task<TraceQlEngine> EngineAsync(List<GoldenBlock> blocks)
    {
        var store = new MemoryStore();
        foreach (var block in blocks.Where(b => b.Word == "trace"))
        {
            var batch = new SpanBatch();
            foreach (var line in block.Lines)
                AddSpan(batch, ulong.Parse(block.Argument, CultureInfo.InvariantCulture), line.Split(' '));
            await store.AppendAsync(batch, default);
        }
        return new TraceQlEngine(store, new ManualTime());
    }

    private static void AddSpan(SpanBatch batch, ulong trace, string[] words)
    {
        var pairs = words.Skip(6).Select(w => w.Split('=', 2)).Select(p => (Key: p[0], Text: p[1])).ToList();
        string? Named(string key) => pairs.Where(p => p.Key == key).Select(p => p.Text).FirstOrDefault();
        var resource = Range(batch, [("service.name", words[2]), .. Scoped(pairs, "resource.")]);
        batch.Resources.Add(new Resource(resource, default));
        var events = Scoped(pairs, "event.");
        var eventStart = batch.Events.Count;
        var start = GoldenBlock.Nanos(words[4]);
        if (events.Count > 0)
            batch.Events.Add(new SpanEvent(start, batch.Arena.Append(events.First(e => e.Key == "name").Text), Range(batch, events.Where(e => e.Key != "name")), 0));
        batch.Spans.Add(new Span
        {
            Resource = batch.Resources.Count - 1,
            Scope = -1,
            TraceId = new TraceId(0, trace),
            SpanId = new SpanId(trace * 100 + ulong.Parse(words[0], CultureInfo.InvariantCulture)),
            ParentSpanId = words[1] == "-" ? default : new SpanId(trace * 100 + ulong.Parse(words[1], CultureInfo.InvariantCulture)),
            Name = batch.Arena.Append(words[3]),
            StartUnixNano = start,
            EndUnixNano = start + GoldenBlock.Nanos(words[5]),
            Kind = Named("kind") is { } kind ? Enum.Parse<SpanKind>(kind, ignoreCase: true) : SpanKind.Internal,
            Status = Named("status") is { } status ? Enum.Parse<SpanStatus>(status, ignoreCase: true) : SpanStatus.Unset,
            StatusMessage = batch.Arena.Append(Named("message") ?? ""),
            EventStart = eventStart,
            EventCount = batch.Events.Count - eventStart,
            Attributes = Range(batch, pairs.Where(p => p.Key is not ("kind" or "status" or "message") && !p.Key.StartsWith("resource.", StringComparison.Ordinal)
                && !p.Key.StartsWith("event.", StringComparison.Ordinal))),
        });
    }

    private static List<(string Key, string Text)> Scoped(IEnumerable<(string Key, string Text)> pairs, string scope) =>
        [.. pairs.Where(p => p.Key.StartsWith(scope, StringComparison.Ordinal)).Select(p => (p.Key[scope.Length..], p.Text))];

    private static AttributeRange Range(SpanBatch batch, IEnumerable<(string Key, string Text)> pairs)
    {
        var start = batch.Attributes.Count;
        foreach (var (key, text) in pairs)
            batch.Attributes.Add(batch.Arena.Append(key), Value(batch, text));
        return batch.Attributes.Since(start);
    }

    private static AttributeValue Value(SpanBatch batch, string text)
    {
        if (long.TryParse(text, CultureInfo.InvariantCulture, out var whole))
            return AttributeValue.OfInt(whole);
        if (double.TryParse(text, CultureInfo.InvariantCulture, out var number))
            return AttributeValue.OfDouble(number);
        return bool.TryParse(text, out var yes) ? AttributeValue.OfBool(yes) : AttributeValue.OfString(batch.Arena.Append(text));
    }

    private static async Task<List<string>> AnswerAsync(TraceQlEngine engine, GoldenBlock block)
    {
        if (block.Word == "metrics")
        {
            var metrics = await engine.MetricsAsync(block.Query, block.TimeNanos(0), block.TimeNanos(1), block.TimeNanos(2), default);
            return metrics.Failure is { } refused ? [refused.Message] : [.. metrics.Value!.Series.Select(s => Series(s, block)).Order(StringComparer.Ordinal)];
        }
        var answer = await engine.FindAsync(block.Query, 0, DayNanos, 100, 100, default);
        return answer.Failure is { } failure ? [failure.Message] : [.. answer.Value!.Traces.SelectMany(t => t.Spansets.Select(s => Spanset(t, s))).Order(StringComparer.Ordinal)];
    }

    private static string Spanset(FoundTrace trace, FoundSpanset set) =>
        $"{trace.TraceId.Low}: {string.Join(' ', set.Spans.Select(s => s.SpanId.Value % 100).Order())}" + string.Concat(set.By.Select(b => $" by {b.Value}"));

    private static string Series(TraceMetricSeries series, GoldenBlock block)
    {
        var points = series.Points.ToDictionary(p => p.TimestampMs * 1_000_000, p => p.Value.ToString("R", CultureInfo.InvariantCulture));
        var text = new List<string>();
        for (var at = block.TimeNanos(0); at < block.TimeNanos(1); at += block.TimeNanos(2))
            text.Add(points.GetValueOrDefault(at, "_"));
        return $"{{{string.Join(", ", series.Labels.Select(l => $"{l.Key}={l.Value}"))}}} {string.Join(' ', text)}";
    }
}
