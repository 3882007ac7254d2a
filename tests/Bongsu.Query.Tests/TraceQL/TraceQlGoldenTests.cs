using System.Globalization;
using Bongsu.Query.Tests.Golden;
using Bongsu.Query.TraceQL;
using Bongsu.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.TraceQL;

/// <summary>
/// TraceQL's meaning as text files: see <see cref="GoldenTrace"/> for <c>trace N</c>; <c>search QUERY</c> expects <c>trace: spans</c> a span set,
/// <c>select QUERY</c> a found span and its attributes a line, <c>newest LIMIT QUERY</c> the traces in their order, <c>metrics START END STEP QUERY</c> a series
/// a line, <c>fail QUERY</c> a part of the message.
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
            await store.AppendAsync(GoldenTrace.Read(block), default);
        }
        return new TraceQlEngine(store, new ManualTime());
    }

    private static async Task<List<string>> AnswerAsync(TraceQlEngine engine, GoldenBlock block)
    {
        if (block.Word == "metrics")
        {
            var metrics = await engine.MetricsAsync(block.Query, block.TimeNanos(0), block.TimeNanos(1), block.TimeNanos(2), default);
            return metrics.Failure is { } refused ? [refused.Message] : [.. metrics.Value!.Series.Select(s => Series(s, block)).Order(StringComparer.Ordinal)];
        }
        var limit = block.Word == "newest" ? int.Parse(block.Argument.Split(' ')[0], CultureInfo.InvariantCulture) : 100;
        var answer = await engine.FindAsync(block.Query, 0, DayNanos, limit, 100, default);
        if (answer.Failure is { } failure)
            return [failure.Message];
        if (block.Word == "newest")
            return [string.Join(' ', answer.Value!.Traces.Select(t => t.TraceId.Low))];
        return block.Word == "select" ? Selected(answer.Value!) : [.. answer.Value!.Traces.SelectMany(t => t.Spansets.Select(s => Spanset(t, s))).Order(StringComparer.Ordinal)];
    }

    private static string Spanset(FoundTrace trace, FoundSpanset set) =>
        $"{trace.TraceId.Low}: {string.Join(' ', set.Spans.Select(s => s.SpanId.Value % 100).Order())}" + string.Concat(set.By.Select(b => $" by {b.Value}"));

    private static List<string> Selected(TraceSearchResult result) => [.. result.Traces.SelectMany(t => t.Spansets.SelectMany(s => s.Spans)
        .Select(s => $"{t.TraceId.Low}: {s.SpanId.Value % 100} {string.Join(' ', s.Attributes.Select(a => $"{a.Key}={a.Value}"))}".TrimEnd())).Order(StringComparer.Ordinal)];

    private static string Series(TraceMetricSeries series, GoldenBlock block)
    {
        var points = series.Points.ToDictionary(p => p.TimestampMs * 1_000_000, p => p.Value.ToString("R", CultureInfo.InvariantCulture));
        var text = new List<string>();
        for (var at = block.TimeNanos(0); at < block.TimeNanos(1); at += block.TimeNanos(2))
            text.Add(points.GetValueOrDefault(at, "_"));
        var exemplars = series.Exemplars.Select(e => $" #{e.Labels[0].Value.ToString().TrimStart('0')}");
        return $"{{{string.Join(", ", series.Labels.Select(l => $"{l.Key}={l.Value}"))}}} {string.Join(' ', text)}{string.Concat(exemplars)}";
    }
}
