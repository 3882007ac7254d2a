using System.Text.Json;
using Bongsu.Query.TraceQL;
using Bongsu.Storage;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;

namespace Bongsu.Server.Tests.Api.Tempo;

/// <summary>What the disk store decides on its columns, and leaves unread of them, comes to the same as reading every span whole.</summary>
public sealed class TraceAgreementTests : IDisposable
{
    private const long SecondNanos = 1_000_000_000;

    private static readonly string[] Conditions =
    [
        "", "resource.service.name = \"pay\"", "resource.service.name != \"pay\"", "status = error", "status != error", "name = \"call\"", "name =~ \"c.*\"", "kind = server", "duration > 3s", "duration < 1s",
        "span.user = \"u1\"", ".user = \"u1\"", "resource.user = \"u1\"", "span.user = nil", "span.n > 3", "span.n = 4", ".mixed = \"5\"", ".mixed = 5", "span.list = \"b\"", "event.why = \"late\"", "event:name = \"boom\"",
        "event:timeSinceStart > 1s", "link.why = \"late\"", "link:spanID != \"\"", "instrumentation.user = \"u1\"", "instrumentation:name = \"lib\"", "statusMessage = \"broken\"", "span:parentID = \"\"", "traceDuration > 5s",
        "rootName = \"call\"", "rootServiceName = \"pay\"", "nestedSetParent < 0", "span:childCount > 1", "resource.service.name = \"pay\" && status = error", "resource.service.name = \"pay\" || status = error",
        "(span.user = \"u1\" || span.user = \"u2\") && duration > 1s", "(name = \"call\" || status = ok) && (span.user = \"u1\" || duration > 4s)", "name = \"call\" || span.n > 3", "!(status = error)", "resource.absent = \"x\"", "name = \"\"",
    ];

    private static readonly string[] Relations = ["&&", "||", ">", ">>", "<", "<<", "~", "!>", "&>>", "!~"];

    private static readonly string[] Pipelines =
    [
        "| select(span.user, event.why, link.why, statusMessage)", "| count() > 1", "| avg(duration) > 1s", "| max(span.n) > 3", "| by(resource.service.name)", "| by(span.user) | count() > 1 | coalesce()", "| by(rootName)",
        "| min(event:timeSinceStart) > 1s",
    ];

    private static readonly string[] Metrics =
    [
        "| rate()", "| rate() by (resource.service.name)", "| count_over_time() by (span.user, name)", "| quantile_over_time(duration, .5, .9) by (status)", "| histogram_over_time(span.n)", "| sum_over_time(span.n) by (rootName)",
        "| avg_over_time(duration) by (kind)", "| compare({status = error})", "| max_over_time(event:timeSinceStart) by (event.why)", "| count_over_time() by (instrumentation:name) with (extrapolate=true)",
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-agreement-").FullName;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Spans_of_any_shape_give_one_answer(int seed)
    {
        var time = new ManualTime();
        var random = new Random(seed);
        var memory = new MemoryStore();
        await using var disk = await DiskStore.OpenAsync(new DiskStoreOptions { Directory = _directory }, time, null, default);
        // Three sealed segments with traces across them, and some spans that are in no segment yet.
        for (var part = 0; part < 4; part++)
        {
            if (part > 0)
                disk.SealAll();
            var batch = Batch(random, time.NowMs * 1_000_000, part);
            await memory.AppendAsync(batch, default);
            await disk.AppendAsync(batch, default);
        }
        var (first, second) = (new TraceQlEngine(memory, time), new TraceQlEngine(disk, time));
        foreach (var query in Queries(random))
            Assert.Equal((query, await FoundAsync(first, query, time)), (query, await FoundAsync(second, query, time)));
        foreach (var query in Conditions.SelectMany(c => Metrics.Select(m => $"{{ {c} }} {m}")).OrderBy(_ => random.Next()).Take(80))
            Assert.Equal((query, await MetricsAsync(first, query, time)), (query, await MetricsAsync(second, query, time)));
        await ExemplarsAgreeAsync(first, second, time);
        foreach (var field in (string[])["span.user", ".user", "resource.service.name", "name", "event.why", "link.why", "instrumentation:name", "statusMessage", "rootName"])
        {
            var condition = $"{{ {Conditions[random.Next(Conditions.Length)]} }}";
            Assert.Equal(await ValuesAsync(first, field, condition, time), await ValuesAsync(second, field, condition, time));
            Assert.Equal(await NamesAsync(first, condition, time), await NamesAsync(second, condition, time));
        }
    }

    // Which span of a trace is shown depends on the order in which a store gives them; what is said of it does not.
    private static async Task ExemplarsAgreeAsync(TraceQlEngine memory, TraceQlEngine disk, ManualTime time)
    {
        var now = time.NowMs * 1_000_000;
        var spans = (await memory.FindAsync("{ }", 0, now, 1_000, 1_000, default)).Value!.Traces.SelectMany(t => t.Spansets[0].Spans).ToDictionary(s => s.SpanId.ToString());
        var series = (await disk.MetricsAsync(new TraceMetricsRequest("{ span.user = \"u1\" } | rate()", now - 80 * SecondNanos, now, 20 * SecondNanos) { MaxExemplars = 100 }, default)).Value!.Series;
        Assert.NotEmpty(series[0].Exemplars);
        foreach (var labels in series[0].Exemplars.Select(e => e.Labels.ToDictionary(l => l.Key, l => l.Value.ToString())))
        {
            var span = spans[labels["span:id"]];
            Assert.Equal((span.Name, span.DurationNanos.ToString(System.Globalization.CultureInfo.InvariantCulture), span.ServiceName), (labels["name"], labels["duration"], labels.GetValueOrDefault("resource.service.name", "")));
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static IEnumerable<string> Queries(Random random)
    {
        string Any() => $"{{ {Conditions[random.Next(Conditions.Length)]} }}";
        foreach (var condition in Conditions)
        {
            yield return $"{{ {condition} }}";
            yield return $"{{ {condition} }} {Pipelines[random.Next(Pipelines.Length)]}";
        }
        foreach (var relation in Relations)
        {
            for (var i = 0; i < 4; i++)
                yield return $"{Any()} {relation} {Any()} {(i == 0 ? "" : Pipelines[random.Next(Pipelines.Length)])}";
        }
        for (var i = 0; i < 10; i++)
            yield return $"({Any()} || {Any()}) && ({Any()} || {Any()})";
    }

    private static async Task<string> FoundAsync(TraceQlEngine engine, string query, ManualTime time)
    {
        var now = time.NowMs * 1_000_000;
        var answer = await engine.FindAsync(query, now - 80 * SecondNanos, now - 10 * SecondNanos, 1_000, 1_000, default);
        Assert.Empty(answer.Warnings);
        if (answer.Failure is { } failure)
            return failure.Message;
        return string.Join("\n", answer.Value!.Traces.OrderBy(t => t.TraceId.ToString(), StringComparer.Ordinal).Select(trace =>
            $"{trace.TraceId} {trace.RootServiceName} {trace.RootName} {trace.StartUnixNano} {trace.DurationNanos} {trace.SpanCount} {trace.ErrorCount} {Sorted(trace.Services.Select(s => s.ToString()))} {Sorted(trace.Spansets.Select(Describe))}"));
    }

    private static string Describe(FoundSpanset set) =>
        $"{set.Matched} {string.Join(",", set.By)} {Sorted(set.Spans.Select(s => $"{s.SpanId} {s.Name} {s.ServiceName} {s.StartUnixNano} {s.DurationNanos} {string.Join(",", s.Attributes)}"))}";

    private static async Task<string> MetricsAsync(TraceQlEngine engine, string query, ManualTime time)
    {
        var now = time.NowMs * 1_000_000;
        var answer = await engine.MetricsAsync(new TraceMetricsRequest(query, now - 80 * SecondNanos, now, 20 * SecondNanos), default);
        if (answer.Failure is { } failure)
            return failure.Message;
        return Sorted(answer.Value!.Series.Select(s => JsonSerializer.Serialize(new { Labels = Sorted(s.Labels.Select(l => l.ToString())), Points = Sorted(s.Points.Select(p => p.ToString())) })));
    }

    private static async Task<string> ValuesAsync(TraceQlEngine engine, string field, string query, ManualTime time) =>
        Sorted((await engine.ValuesAsync(field, query, 0, time.NowMs * 1_000_000, default)).Value!.Select(v => $"{v.Type} {v}"));

    private static async Task<string> NamesAsync(TraceQlEngine engine, string query, ManualTime time) =>
        string.Join(";", (await engine.NamesAsync(query, 0, time.NowMs * 1_000_000, default)).Value!.Select(s => $"{s.Key}: {string.Join(",", s.Value)}"));

    private static string Sorted(IEnumerable<string> texts) => string.Join("; ", texts.Order(StringComparer.Ordinal));

    private static SpanBatch Batch(Random random, long nowNanos, int part)
    {
        var batch = new SpanBatch();
        var table = batch.Attributes;
        foreach (var service in (string[])["pay", "web", ""])
        {
            var start = table.Count;
            if (service.Length > 0)
                table.Add("service.name", service);
            if (service == "web")
                table.Add("user", "u1");
            batch.Resources.Add(new Resource(table.Since(start), default));
        }
        var scope = table.Count;
        table.Add("user", "u1");
        batch.Scopes.Add(new Scope(batch.Arena.Append("lib"), batch.Arena.Append("1"), table.Since(scope), default));
        for (var i = 0; i < 60; i++)
            AddSpan(batch, random, nowNanos, part * 60 + i);
        return batch;
    }

    private static void AddSpan(SpanBatch batch, Random random, long nowNanos, int number)
    {
        var startNanos = nowNanos - (5 + random.Next(90)) * SecondNanos - number;
        var span = new Span
        {
            Resource = random.Next(4) - 1,
            Scope = random.Next(2) - 1,
            TraceId = new TraceId(1, (ulong)random.Next(40) + 1),
            SpanId = new SpanId((ulong)number + 1),
            ParentSpanId = new SpanId(random.Next(3) == 0 ? 0 : (ulong)random.Next(240) + 1),
            Name = batch.Arena.Append(random.Next(3) switch { 0 => "call", 1 => "other", _ => "" }),
            Kind = (SpanKind)random.Next(4),
            Status = (SpanStatus)random.Next(3),
            StatusMessage = batch.Arena.Append(random.Next(4) == 0 ? "broken" : ""),
            TraceState = batch.Arena.Append(random.Next(4) == 0 ? "ot=th:8" : ""),
            StartUnixNano = startNanos,
            EndUnixNano = startNanos + random.Next(-1, 8) * SecondNanos,
        };
        span.Attributes = Attributes(batch, random, SpanAttributes);
        (span.EventStart, span.LinkStart) = (batch.Events.Count, batch.Links.Count);
        for (span.EventCount = 0; random.Next(3) == 0; span.EventCount++)
            batch.Events.Add(new SpanEvent(startNanos + random.Next(3) * SecondNanos, batch.Arena.Append(random.Next(2) == 0 ? "boom" : "tick"), Attributes(batch, random, NestedAttributes), 1));
        for (span.LinkCount = 0; random.Next(4) == 0; span.LinkCount++)
            batch.Links.Add(new SpanLink(new TraceId(9, 9), new SpanId((ulong)random.Next(3)), default, Attributes(batch, random, NestedAttributes), 2, 1));
        batch.Spans.Add(span);
    }

    private static readonly Action<SpanBatch, Random>[] SpanAttributes =
    [
        (b, r) => b.Attributes.Add("user", $"u{r.Next(4)}"),
        (b, r) => b.Attributes.Add(b.Arena.Append("n"), AttributeValue.OfInt(r.Next(8))),
        (b, r) => b.Attributes.Add(b.Arena.Append("mixed"), r.Next(2) == 0 ? AttributeValue.OfInt(5) : AttributeValue.OfString(b.Arena.Append("5"))),
        // OTLP's ArrayValue of "a" and "b".
        (b, r) => b.Attributes.Add(b.Arena.Append("list"), new AttributeValue(AttributeKind.Array, 0, b.Arena.Append([10, 3, 10, 1, (byte)'a', 10, 3, 10, 1, (byte)'b']))),
        (b, r) => b.Attributes.Add(b.Arena.Append("user"), default),
    ];

    private static readonly Action<SpanBatch, Random>[] NestedAttributes =
    [
        (b, r) => b.Attributes.Add("why", r.Next(2) == 0 ? "late" : "lost"),
        (b, r) => b.Attributes.Add("user", $"u{r.Next(4)}"),
    ];

    private static AttributeRange Attributes(SpanBatch batch, Random random, Action<SpanBatch, Random>[] adds)
    {
        var start = batch.Attributes.Count;
        foreach (var add in adds)
        {
            if (random.Next(3) == 0)
                add(batch, random);
        }
        return batch.Attributes.Since(start);
    }
}
