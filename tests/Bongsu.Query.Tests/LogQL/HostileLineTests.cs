using System.Text;
using Bongsu.Query.LogQL;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.LogQL;

/// <summary>Lines as nobody would write them: every stage answers, and no other line suffers.</summary>
public sealed class HostileLineTests
{
    private static readonly string[] Stages =
    [
        "| json", "| json a=\"a.b[0]\"", "| logfmt", "| logfmt --strict", "| logfmt --keep-empty a", "| regexp \"(?P<x>a.*)\"", "| pattern \"<a> <b>\"", "| unpack", "| decolorize",
        "|~ \"(a+)+$\"", "|> \"<_>a<_>\"", "|= ip(\"10.0.0.0/8\")", "| line_format \"{{ fromJson __line__ }}{{ regexReplaceAll \\\"a\\\" __line__ \\\"b\\\" }}\"",
        "| json | a > 5", "| json | a > 5s", "| json | a > 5KB", "| json | a = ip(\"::1\")", "| json | a = \"x\"",
    ];

    public static TheoryData<string, string> Lines() => new()
    {
        { "1 MB of one character", new string('a', 1 << 20) },
        { "1 MB of brackets", new string('[', 1 << 20) },
        { "1 MB of colours", string.Concat(Enumerable.Repeat("\u001b[31", 1 << 18)) },
        { "1 MB of pairs", string.Concat(Enumerable.Repeat("a=b ", 1 << 18)) },
        { "JSON nested 1,000 deep", string.Concat(Enumerable.Repeat("{\"a\":", 1_000)) + "1" + new string('}', 1_000) },
        { "arrays nested 100,000 deep", "{\"a\":" + new string('[', 100_000) },
        { "a long key at every depth", string.Concat(Enumerable.Repeat("{\"" + new string('k', 1_000) + "\":", 100)) },
        { "control characters", "{\"a\":\"x\u0001\u0002\ny\tz\\u0000\",\u0003\"b\":1}" },
        { "half a surrogate pair", "{\"a\":\"\\ud800\",\"\\ud800b\":\"c\"}" },
        { "a number cut off", "{\"a\":12" },
        { "numbers out of reach", "{\"a\":1e999999,\"b\":99999999999999999999999999999999}" },
        { "only quotes", "\"\"\"\"" },
        { "nothing", "" },
        { "addresses without end", string.Concat(Enumerable.Repeat("1.2.3.", 100_000)) },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Every_stage_answers(string what, string line)
    {
        var engine = await EngineAsync(Encoding.UTF8.GetBytes(line));
        foreach (var stage in Stages)
        {
            var answer = await engine.RangeAsync("{app=\"x\"} " + stage, new LogQlRange(0, 1_000), default);
            Assert.True(answer.Failure is null, $"{what} {stage}: {answer.Failure?.Message}");
        }
    }

    [Fact]
    public void Any_bytes_are_answered() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), Gen.Elements(Stages).ToArbitrary(), (bytes, stage) =>
    {
        var engine = EngineAsync(bytes ?? []).GetAwaiter().GetResult();
        return engine.RangeAsync("{app=\"x\"} " + stage, new LogQlRange(0, 1_000), default).AsTask().GetAwaiter().GetResult().Failure is null;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public async Task Control_characters_in_texts_are_read_as_they_are()
    {
        var engine = await EngineAsync("{\"a\":\"x\u0001\ty\",\"b\":\"c\"}"u8.ToArray());
        var answer = await engine.RangeAsync("{app=\"x\"} | json", new LogQlRange(0, 1_000) { NewestFirst = false }, default);
        Assert.Equal([new Label("a", "x\u0001\ty"), new Label("b", "c")], answer.Value!.Streams![0].Lines[0].Parsed);
    }

    [Fact]
    public async Task A_template_that_loops_for_ever_is_cut_off()
    {
        var numbers = "[" + string.Join(',', Enumerable.Range(0, 1_000)) + "]";
        var engine = await EngineAsync(Encoding.UTF8.GetBytes(numbers));
        var loop = string.Concat(Enumerable.Repeat("{{range fromJson __line__}}", 5)) + string.Concat(Enumerable.Repeat("{{end}}", 5));
        var answer = await engine.RangeAsync($"{{app=\"x\"}} | line_format `{loop}`", new LogQlRange(0, 1_000) { NewestFirst = false }, default);
        Assert.Contains(new Label("__error__", "TemplateFormatErr"), answer.Value!.Streams![0].Lines[0].Parsed);
    }

    private static async Task<LogQlEngine> EngineAsync(byte[] line)
    {
        var store = new MemoryStore();
        var batch = new LogBatch();
        batch.Streams.Add(batch.Arena.Append(LabelSet.Of(("app", "x")).Bytes));
        foreach (var body in (byte[][])[line, "{\"a\":\"fine\"}"u8.ToArray()])
        {
            batch.Records.Add(new LogRecord
            {
                Resource = -1,
                Scope = -1,
                TimeUnixNano = 1 + batch.Count,
                Body = AttributeValue.OfString(batch.Arena.Append(body)),
            });
        }
        await store.AppendAsync(batch, default);
        return new LogQlEngine(store, new ManualTime());
    }
}
