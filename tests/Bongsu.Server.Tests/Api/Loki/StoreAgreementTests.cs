using Bongsu.Query.LogQL;
using Bongsu.Query.PromQL;
using Bongsu.Storage;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Testing;

namespace Bongsu.Server.Tests.Api.Loki;

/// <summary>What the disk store decides on its columns comes to the same as reading every line.</summary>
public sealed class StoreAgreementTests : IDisposable
{
    private static readonly string[] Keys = ["level", "a", "b.c", "n", "a", "dé", "1x", "", " s p ", "service_name", "severity", "traceId", "detected_level"];

    private static readonly string[] Values =
    [
        "\"error\"", "\"info\"", "5", "5.0", "-0", "1e3", "12345678901234567890", "true", "null", "\"\"", "\"5\"", "\" 5\"", "\"e\\u0072ror\"", "\"x\\ny\"", "\"\\ud800\"", "[1,\"error\"]",
        "{\"c\":\"error\",\"n\":7}", "{}", "\"é\"", "\"NaN\"", "\"WARN\"", "30", "\"0af7651916cd43dd8448eb211c80319c\"",
    ];

    private static readonly string[] Filters =
    [
        "", "| user=\"u1\" |= \"e\"", "| level=\"error\" | drop level", "| json | level=\"error\"", "| json | level!=\"error\"", "| json | level=~\"e.*\"", "| json | level=\"\"", "| json | level!~\"i.+\"", "| json | n > 4", "| json | n <= 5 | a != 5",
        "| json | n = 5 or level=\"error\"", "| json | b_c=\"error\"", "| json | a_c=\"error\"", "| json | _1x=\"5\"", "| json | s_p=\"5\"", "|= \"error\" | json | a=\"error\"", "|= \"5\"",
        "| json | app_extracted=\"x\"", "| json | user=\"u1\"", "| user=\"u1\" | json | a=~\".+\"", "| json | service_name=\"error\"", "| json | d_=\"é\"", "| json | a=\"x\\ny\"", "|= \"r\\\",\\\"n\\\":\" | json",
        "| user!=\"u1\"", "| user=~\"u[12]\" | json | level=\"error\"", "| user=\"\" | json | level!=\"\"", "| level=\"error\", user!~\"u.\"", "| json |= \"error\" | n > 4 |~ \"l.*e\"", "| n=\"5\"",
        "| detected_level=\"error\"", "| json | detected_level!~\"info|unknown\" | n > 4", "| trace_id=\"0af7651916cd43dd8448eb211c80319c\"",
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-agreement-").FullName;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Lines_of_any_shape_give_one_answer(int seed)
    {
        var time = new ManualTime();
        var batch = Batch(new Random(seed), time.NowMs * 1_000_000);
        var memory = new MemoryStore();
        await memory.AppendAsync(batch, default);
        await using var disk = await DiskStore.OpenAsync(new DiskStoreOptions { Directory = _directory }, time, null, default);
        await disk.AppendAsync(batch, default);
        disk.SealAll();
        foreach (var filter in Filters)
        {
            var query = "{app=~\".+\"} " + filter;
            Assert.Equal(await LinesAsync(memory, query, time), await LinesAsync(disk, query, time));
            foreach (var sum in (string[])[$"sum(rate({query} [1h]))", $"count_over_time({query} [1h])", $"sum(bytes_over_time({query} | __error__=\"\" [1h]))", $"sum by (level, n) (count_over_time({query} [1h]))", $"sum by (app) (count_over_time({query} [1h]))", $"sum by (user) (rate({query} | __error__=\"\" [1h]))", $"sum(sum_over_time({query} | unwrap n | __error__=\"\" [1h]))", $"sum by (detected_level) (count_over_time({query} | drop __error__, __error_details__ [1h]))", $"sum by (trace_id, level) (count_over_time({query} | drop __error__, __error_details__ [1h]))", $"sum by (a_c, b_c) (count_over_time({query} | __error__=\"\" [1h]))"])
                Assert.Equal(await NumbersAsync(memory, sum, time), await NumbersAsync(disk, sum, time));
        }
        Assert.Equal(await NumbersAsync(memory, "sum by (detected_level) (count_over_time({app=~\".+\"} [1h]))", time, 90), await NumbersAsync(disk, "sum by (detected_level) (count_over_time({app=~\".+\"} [1h]))", time, 90));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static LogBatch Batch(Random random, long nowNanos)
    {
        var batch = new LogBatch();
        batch.Streams.Add(batch.Arena.Append(LabelSet.Of(("app", "x")).Bytes));
        batch.Streams.Add(batch.Arena.Append(LabelSet.Of(("app", "y"), ("level", "error")).Bytes));
        for (var i = 0; i < 400; i++)
        {
            var start = batch.Attributes.Count;
            if (random.Next(10) == 0)
                batch.Attributes.Add("user", $"u{random.Next(3)}");
            batch.Records.Add(new LogRecord
            {
                Stream = random.Next(8) == 0 ? 1 : 0,
                Resource = -1,
                Scope = -1,
                TimeUnixNano = nowNanos - 1_000_000_000L * (i + 1),
                Body = AttributeValue.OfString(batch.Arena.Append(Line(random))),
                Attributes = batch.Attributes.Since(start),
            });
        }
        return batch;
    }

    private static string Line(Random random)
    {
        if (random.Next(20) == 0)
            return random.Next(4) switch { 0 => "level=error n=5", 3 => "[WARN] no", 1 => "{\"level\":\"error\"", _ => "\"error\"" };
        var blank = random.Next(2) == 0 ? " " : "";
        var pairs = Enumerable.Range(0, random.Next(1, 6)).Select(_ => $"\"{Keys[random.Next(Keys.Length)]}\":{blank}{Values[random.Next(Values.Length)]}");
        return "{" + string.Join("," + blank, pairs) + "}";
    }

    private static async Task<List<string>> LinesAsync(ITelemetryStore store, string query, ManualTime time)
    {
        var now = time.NowMs * 1_000_000;
        var answer = await new LogQlEngine(store, time).RangeAsync(query, new LogQlRange(now - 3_600_000_000_000, now) { Limit = 1_000, WithDiscovered = true }, default);
        Assert.Null(answer.Failure);
        return [.. answer.Value!.Streams!.SelectMany(s => s.Lines.Select(l =>
            $"{l.TimeUnixNano} {s.Labels} {l.Fields} {string.Join(',', l.Parsed.Where(p => p.Name != "__error_details__").Select(p => $"{p.Name}={p.Value}").Order(StringComparer.Ordinal))} {l.Text}")).Order(StringComparer.Ordinal)];
    }

    private static async Task<List<string>> NumbersAsync(ITelemetryStore store, string query, ManualTime time, int newest = 0)
    {
        var answer = await new LogQlEngine(store, time).InstantAsync(query, new LogQlMoment(time.NowMs * 1_000_000) { WithDiscovered = true, NewestRecords = newest }, default);
        if (answer.Failure is { } failure)
            return [failure.Message.Split('\n')[0].Split(" for series")[0]];
        return [.. ((PromVector)answer.Value!.Metric!).Samples.Select(s => $"{query} {s.Labels} {s.Point.Value}").Order(StringComparer.Ordinal)];
    }
}
