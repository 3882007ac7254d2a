using System.Text;
using Bongsu.Query.LogQL;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Testing;

namespace Bongsu.Query.Tests.LogQL;

/// <summary>Lines that make tens of thousands of labels: what they cost grows with their length and not with its square, and the query's clock is asked between them.</summary>
public sealed class LargeLineTests
{
    private const int Keys = 60_000;

    // Where every label looked through all others, each of these took seconds.
    [Theory]
    [InlineData(true, "| json", Keys)]
    [InlineData(true, "| json | json", Keys)]
    [InlineData(true, "| json | keep k7 | json", Keys)]
    [InlineData(true, "| json | keep k7 | logfmt | json x=\"k8\"", 2)]
    [InlineData(true, "| json | drop k0, k1, k2 | label_format a=k3, b=k4, k5=k6 | k7=`7`", Keys - 4)]
    [InlineData(true, "| unpack", 0)]
    [InlineData(false, "| logfmt", Keys)]
    [InlineData(false, "| logfmt --strict | drop k0 | logfmt", Keys)]
    [InlineData(false, "| logfmt | label_format k1=k0 | line_format \"{{.k1}}\"", Keys - 1)]
    public async Task Lines_of_many_keys_are_read(bool isJson, string stages, int labels)
    {
        var engine = await EngineAsync(20, isJson ? Json() : Logfmt(), new ManualTime());
        var answer = await engine.RangeAsync("{app=\"x\"} " + stages, new LogQlRange(0, 1_000), default);
        Assert.Null(answer.Failure);
        Assert.Equal(20, answer.Value!.Streams!.Sum(s => s.Lines.Count));
        Assert.Equal(labels, answer.Value.Streams![0].Lines[0].Parsed.Count(l => !l.Name.StartsWith("__", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Lines_of_many_keys_are_counted_by_all_of_them()
    {
        var engine = await EngineAsync(20, Json(), new ManualTime());
        var answer = await engine.InstantAsync("sum(count_over_time({app=\"x\"} | json [1s]))", 1_000, 10, default);
        Assert.Null(answer.Failure);
        var vector = Assert.IsType<Bongsu.Query.PromQL.PromVector>(answer.Value!.Metric);
        Assert.Equal(20, Assert.Single(vector.Samples).Point.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fields_of_such_lines_are_detected(bool isJson)
    {
        var engine = await EngineAsync(20, isJson ? Json() : Logfmt(), new ManualTime());
        var answer = await engine.DetectFieldsAsync("{app=\"x\"}", 0, 1_000, 1_000, default);
        Assert.Null(answer.Failure);
        Assert.Equal(5_000, answer.Value!.Count);
    }

    [Fact]
    public async Task A_long_key_over_many_is_an_error_of_its_line()
    {
        var line = "{\"first\":1,\"" + new string('p', 500_000) + "\":{" + string.Join(',', Enumerable.Range(0, Keys).Select(i => $"\"k{i}\":1")) + "}}";
        var engine = await EngineAsync(1, line, new ManualTime());
        var answer = await engine.RangeAsync("{app=\"x\"} | json", new LogQlRange(0, 1_000), default);
        var parsed = Assert.Single(Assert.Single(answer.Value!.Streams!).Lines).Parsed;
        Assert.Equal(new Label("first", "1"), parsed[0]);
        Assert.Contains(new Label("__error__", "JSONParserErr"), parsed);
        Assert.InRange(parsed.Sum(l => (long)l.Name.Length), 500_000, 16_000_000);
    }

    // The clock is asked once every 64 lines and behind each long one, and moves by a second whenever it is.
    [Theory]
    [InlineData(100_000, true)]
    [InlineData(1_000, false)]
    public async Task The_clock_is_asked_behind_every_long_line(int length, bool isTooLate)
    {
        var engine = await EngineAsync(50, "{\"a\":\"" + new string('b', length) + "\"}", new TickingTime(), new LogQlLimits { Timeout = TimeSpan.FromSeconds(30) });
        var answer = await engine.RangeAsync("{app=\"x\"} | json", new LogQlRange(0, 1_000), default);
        Assert.Equal(isTooLate ? QueryFailureKind.Timeout : null, answer.Failure?.Kind);
    }

    private static string Json() => "{" + string.Join(',', Enumerable.Range(0, Keys).Select(i => $"\"k{i}\":\"{i}\"")) + "}";

    private static string Logfmt() => string.Join(' ', Enumerable.Range(0, Keys).Select(i => $"k{i}={i}"));

    private static async Task<LogQlEngine> EngineAsync(int lines, string line, TimeProvider time, LogQlLimits? limits = null)
    {
        var store = new MemoryStore();
        var batch = new LogBatch();
        batch.Streams.Add(batch.Arena.Append(LabelSet.Of(("app", "x")).Bytes));
        for (var i = 0; i < lines; i++)
        {
            batch.Records.Add(new LogRecord
            {
                Resource = -1,
                Scope = -1,
                TimeUnixNano = 1 + i,
                Body = AttributeValue.OfString(batch.Arena.Append(Encoding.UTF8.GetBytes(line))),
            });
        }
        await store.AppendAsync(batch, default);
        return new LogQlEngine(store, time, limits);
    }

    private sealed class TickingTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks += TimeSpan.TicksPerSecond;
    }
}
