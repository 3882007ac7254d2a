using System.Globalization;
using System.Text;
using Bongsu.Query.LogQL;
using Bongsu.Query.PromQL;
using Bongsu.Query.Tests.Golden;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.LogQL;

/// <summary>
/// LogQL's meaning as text files. <c>stream {labels}</c> holds lines <c>time (field=value …) | text</c>; <c>lines QUERY</c>, <c>eval TIME QUERY</c>,
/// <c>range START END STEP QUERY</c> and <c>fail QUERY</c> hold what is expected; <c>found QUERY</c> holds lines with what is found out of them. Gaps of a series
/// are written as _.
/// </summary>
public sealed class LogQlGoldenTests
{
    private const long DayNanos = 86_400_000_000_000;

    public static TheoryData<string> Files() => GoldenBlock.Files("logql");

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Golden_file_holds(string file) => await HoldsAsync(file, new MemoryStore());

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Golden_file_holds_over_a_store_that_takes_every_hint(string file) => await HoldsAsync(file, new FieldGivingStore());

    [Fact]
    public async Task Counting_is_tested_over_records_without_lines()
    {
        var store = new FieldGivingStore();
        await HoldsAsync("counting.txt", store);
        Assert.True(store.Given > 100, $"only {store.Given} records came without their line");
    }

    [Fact]
    public async Task Mutated_queries_are_answered_or_refused_but_never_throw_and_hints_change_no_answer()
    {
        List<GoldenBlock> blocks = [.. Directory.GetFiles(GoldenBlock.Folder("logql"), "*.txt").SelectMany(GoldenBlock.Read)];
        var (plain, hinted) = (await EngineAsync(blocks, new MemoryStore()), await EngineAsync(blocks, new FieldGivingStore()));
        var config = Config.QuickThrowOnFailure.WithMaxTest(2_000);
        Prop.ForAll(QueryMutation.Of(GoldenBlock.Queries("logql")), query =>
        {
            var (answer, other) = (Range(plain, query), Range(hinted, query));
            return answer.Value is null == answer.Failure is not null && answer.Failure?.Kind == other.Failure?.Kind
                && (answer.Value?.Metric is not { } metric || Text(metric) == Text(other.Value!.Metric!));
        }).Check(config);
    }

    [Theory]
    [InlineData("sum by (user_id) (count_over_time({env=\"prod\"} | json [10s]))", 2, 100, QueryFailureKind.BadQuery, "maximum number of series (2)")]
    [InlineData("sum by (user_id) (count_over_time({env=\"prod\"} | json [10s]))", 100, 20, QueryFailureKind.Execution, "more than 20 points")]
    [InlineData("sum by (user_id) (sum_over_time({env=\"prod\"} | json | unwrap ms [10s]))", 100, 20, QueryFailureKind.Execution, "more than 20 points")]
    [InlineData("quantile_over_time(0.5, {env=\"prod\"} | json | unwrap ms [10s]) by (user_id)", 100, 20, QueryFailureKind.Execution, "more than 20 points")]
    public async Task More_series_or_points_than_may_be_held_fail_the_query(string query, int series, int points, QueryFailureKind kind, string message)
    {
        var store = new MemoryStore();
        await EngineAsync(GoldenBlock.Read(Path.Combine(GoldenBlock.Folder("logql"), "counting.txt")), store);
        var engine = new LogQlEngine(store, new ManualTime(), new LogQlLimits { MaxSeries = series, MaxPoints = points });
        var answer = Range(engine, query);
        Assert.Equal(kind, answer.Failure?.Kind);
        Assert.Contains(message, answer.Failure!.Message);
    }

    private static QueryAnswer<LogQlResult> Range(LogQlEngine engine, string query) =>
        engine.RangeAsync(query, new LogQlRange(0, 60_000_000_000) { StepNanos = 10_000_000_000 }, default).AsTask().GetAwaiter().GetResult();

    private static string Text(PromValue value) => value is not PromMatrix matrix ? value.ToString()!
        : string.Join('\n', matrix.Series.Select(s => $"{s.Labels} {string.Join(' ', s.Points.Select(p => $"{p.TimestampMs}:{p.Value:R}"))}"));

    private static async Task HoldsAsync(string file, ITelemetryStore store)
    {
        var blocks = GoldenBlock.Read(Path.Combine(GoldenBlock.Folder("logql"), file));
        var engine = await EngineAsync(blocks, store);
        var wrong = new List<string>();
        foreach (var block in blocks.Where(b => b.Word != "stream"))
        {
            var actual = await AnswerAsync(engine, block);
            if (block.Word == "fail" ? !actual[0].Contains(block.Lines[0], StringComparison.Ordinal) : !actual.SequenceEqual(block.Lines))
                wrong.Add($"{block.Place}: {block.Query}\n  want\n    {string.Join("\n    ", block.Lines)}\n  got\n    {string.Join("\n    ", actual)}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static async Task<LogQlEngine> EngineAsync(List<GoldenBlock> blocks, ITelemetryStore store)
    {
        foreach (var block in blocks.Where(b => b.Word == "stream"))
            await store.Logs.AppendAsync(Batch(block), default);
        return new LogQlEngine(store, new ManualTime());
    }

    private static LogBatch Batch(GoldenBlock block)
    {
        var batch = new LogBatch();
        var labels = block.Argument.Trim('{', '}').Split(", ").Select(l => l.Split('=')).Select(l => (l[0], l[1].Trim('"'))).ToArray();
        batch.Streams.Add(batch.Arena.Append(LabelSet.Of(labels).Bytes));
        foreach (var line in block.Lines)
        {
            var bar = line.IndexOf(" | ", StringComparison.Ordinal);
            var head = line[..bar].Split(' ', 2);
            var start = batch.Attributes.Count;
            foreach (var field in head.Length > 1 ? head[1].Trim('(', ')').Split(' ') : [])
                batch.Attributes.Add(field.Split('=')[0], field.Split('=')[1]);
            batch.Records.Add(new LogRecord
            {
                Resource = -1,
                Scope = -1,
                TimeUnixNano = GoldenBlock.Nanos(head[0]),
                Body = AttributeValue.OfString(batch.Arena.Append(line[(bar + 3)..].Replace("\\e", "\u001b", StringComparison.Ordinal))),
                Attributes = batch.Attributes.Since(start),
            });
        }
        return batch;
    }

    private static async Task<List<string>> AnswerAsync(LogQlEngine engine, GoldenBlock block)
    {
        var answer = block.Word switch
        {
            "eval" => await engine.InstantAsync(block.Query, block.TimeNanos(0), 100, default),
            "range" => await engine.RangeAsync(block.Query, new LogQlRange(block.TimeNanos(0), block.TimeNanos(1)) { StepNanos = block.TimeNanos(2) }, default),
            "found" => await engine.RangeAsync(block.Query, new LogQlRange(0, DayNanos) { StepNanos = DayNanos, NewestFirst = false, WithDiscovered = true }, default),
            "lines" or "fail" => await engine.RangeAsync(block.Query, new LogQlRange(0, DayNanos) { StepNanos = DayNanos, NewestFirst = false }, default),
            _ => throw new FormatException($"{block.Place}: no such block: {block.Word}"),
        };
        if (answer.Failure is { } failure)
            return [failure.Message];
        return answer.Value!.Streams is { } streams ? Lines(streams) : Values(answer.Value.Metric!, block);
    }

    private static List<string> Lines(IReadOnlyList<LogStream> streams) =>
        [.. streams.SelectMany(s => s.Lines.Select(l => (l.TimeUnixNano, Text: $"{l.TimeUnixNano / 1_000_000_000}s {Labels(s.Labels.ToList().Concat(l.Fields.ToList()).Concat(l.Parsed))} | {l.Text}")))
            .OrderBy(l => l.TimeUnixNano).ThenBy(l => l.Text, StringComparer.Ordinal).Select(l => l.Text)];

    private static List<string> Values(PromValue value, GoldenBlock block) => value switch
    {
        PromScalar scalar => [Number(scalar.Point.Value)],
        PromVector vector => [.. vector.Samples.Select(s => $"{Labels(s.Labels.ToList())} {Number(s.Point.Value)}")],
        PromMatrix matrix => [.. matrix.Series.Select(s => $"{Labels(s.Labels.ToList())} {Steps(s, block)}")],
        _ => throw new InvalidOperationException(value.GetType().Name),
    };

    private static string Steps(PromSeries series, GoldenBlock block)
    {
        var text = new StringBuilder();
        for (var at = block.TimeNanos(0); at <= block.TimeNanos(1); at += block.TimeNanos(2))
        {
            var point = series.Points.Where(p => p.TimestampMs == at / 1_000_000).Select(p => Number(p.Value)).FirstOrDefault("_");
            text.Append(text.Length > 0 ? " " : "").Append(point);
        }
        return text.ToString();
    }

    private static string Labels(IEnumerable<Label> labels) =>
        "{" + string.Join(", ", labels.Where(l => l.Name != "__error_details__").OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => $"{l.Name}=\"{l.Value}\"")) + "}";

    private static string Number(double value) => Math.Round(value, 9).ToString("R", CultureInfo.InvariantCulture);
}
