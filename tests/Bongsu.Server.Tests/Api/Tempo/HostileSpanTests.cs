using System.Text.Json.Nodes;
using Bongsu.Storage;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;

namespace Bongsu.Server.Tests.Api.Tempo;

/// <summary>Spans that no sound service sends, from a store on disk to each API: kept as they came and told for what they are, or refused with a reason.</summary>
public sealed class HostileSpanTests : IAsyncLifetime
{
    private const long SecondNanos = 1_000_000_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-hostile-").FullName;
    private readonly ManualTime _time = new();
    private DiskStore _store = null!;
    private QueryHost _host = null!;

    private long Now => _time.NowMs * 1_000_000;

    public async Task InitializeAsync()
    {
        _store = await DiskStore.OpenAsync(new DiskStoreOptions { Directory = _directory }, _time, null, default);
        _host = await QueryHost.StartAsync(over: _store, clock: _time);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Missing_parent_is_told_and_the_span_shown(bool isSealed)
    {
        await AppendAsync(isSealed, (1, 9, "a", 0, 1));
        Assert.Equal("1<9 0+1s", await TempoAsync());
        Assert.Contains("a parent that is not in the trace", await ProblemsAsync(), StringComparison.Ordinal);
        Assert.Contains("The parent 0000000000000009 is not in the trace", await JaegerAsync(), StringComparison.Ordinal);
        Assert.Equal("1", await SearchAsync("{ nestedSetParent = 0 }"));
        Assert.Equal("", await SearchAsync("{ } > { }"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Circle_of_parents_ends_everywhere_and_is_told(bool isSealed)
    {
        await AppendAsync(isSealed, (1, 3, "a", 0, 1), (2, 1, "a", 1, 1), (3, 2, "a", 2, 1), (4, 4, "a", 3, 1));
        Assert.Equal("1<3 0+1s, 2<1 1+1s, 3<2 2+1s, 4<4 3+1s", await TempoAsync());
        Assert.Contains("form a circle", await ProblemsAsync(), StringComparison.Ordinal);
        Assert.Contains("names itself as its parent", await JaegerAsync(), StringComparison.Ordinal);
        Assert.Equal("3", await SearchAsync("{ } >> { }"));
        Assert.Equal("3", await SearchAsync("{ } << { }"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clocks_that_disagree_are_told_and_times_kept_as_sent(bool isSealed)
    {
        await AppendAsync(isSealed, (1, 0, "a", 10, 1), (2, 1, "b", 4, 1));
        Assert.Equal("1<0 10+1s, 2<1 4+1s", await TempoAsync());
        Assert.Contains("Clocks disagree", await ProblemsAsync(), StringComparison.Ordinal);
        Assert.Contains("starts 6000 ms before its parent", await JaegerAsync(), StringComparison.Ordinal);
        // The trace begins with its first span, whatever its root says.
        Assert.Equal("2", await SearchAsync("{ traceDuration = 7s }"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Negative_duration_counts_as_none_and_is_told(bool isSealed)
    {
        await AppendAsync(isSealed, (1, 0, "a", 10, -3));
        Assert.Equal("1<0 10+-3s", await TempoAsync());
        Assert.Contains("an end before the start", await ProblemsAsync(), StringComparison.Ordinal);
        Assert.Contains("The end lies 3000 ms before the start", await JaegerAsync(), StringComparison.Ordinal);
        Assert.Equal("1", await SearchAsync("{ duration = 0s && traceDuration = 0s }"));
        Assert.Equal("", await SearchAsync("{ duration < 0s }"));
    }

    [Fact]
    public async Task Span_that_is_sent_again_is_there_once_and_another_of_its_id_is_told()
    {
        await AppendAsync(isSealed: true, (1, 0, "a", 0, 1));
        await AppendAsync(isSealed: true, (1, 0, "a", 0, 1));
        Assert.Equal("1<0 0+1s", await TempoAsync());
        await AppendAsync(isSealed: true, (1, 0, "b", 5, 2));
        Assert.Equal(["1<0 0+1s", "1<0 5+2s"], (await TempoAsync()).Split(", ").Order());
        Assert.Equal("1", await SearchAsync("{ resource.service.name = \"a\" }"));
        Assert.Equal("1", await SearchAsync("{ resource.service.name = \"b\" }"));
        Assert.Contains("an id that another span has", await ProblemsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spans_without_an_id_or_of_impossible_times_are_refused_with_a_reason_and_spare_their_neighbours()
    {
        var batch = Batch((0, 0, "a", 0, 1), (1, 0, "a", 0, 1), (2, 0, "a", 0, 1), (3, 0, "a", 0, 1));
        batch.Spans.Mutable[2].StartUnixNano = long.MaxValue;
        batch.Spans.Mutable[3].StartUnixNano = long.MinValue;
        var result = await _store.AppendAsync(batch, default);
        _store.SealAll();
        Assert.Equal(1, result.Accepted);
        Assert.Contains(result.Rejections, r => r.Reason == RejectReason.Invalid && r.Detail.Contains("span id is all zero", StringComparison.Ordinal));
        Assert.Equal(3, result.Rejections.Sum(r => r.Count));
        Assert.Equal("1<0 0+1s", await TempoAsync());
    }

    [Fact]
    public async Task Extreme_durations_neither_overflow_nor_hide_their_trace()
    {
        var batch = Batch((1, 0, "a", 0, 1), (2, 1, "a", 1, 1));
        batch.Spans.Mutable[0].EndUnixNano = long.MaxValue;
        batch.Spans.Mutable[1].EndUnixNano = long.MinValue;
        Assert.Equal(2, (await _store.AppendAsync(batch, default)).Accepted);
        _store.SealAll();
        Assert.Equal("1", await SearchAsync("{ duration > 1h }"));
        Assert.Equal("2", await SearchAsync("{ traceDuration > 1h }"));
        Assert.NotEmpty(await ProblemsAsync());
        Assert.NotEmpty(await JaegerAsync());
    }

    private async Task AppendAsync(bool isSealed, params (ulong Id, ulong Parent, string Service, int StartSeconds, int Seconds)[] spans)
    {
        var batch = Batch(spans);
        Assert.Equal(batch.Count, (await _store.AppendAsync(batch, default)).Accepted);
        if (isSealed)
            _store.SealAll();
    }

    private SpanBatch Batch(params (ulong Id, ulong Parent, string Service, int StartSeconds, int Seconds)[] spans)
    {
        var batch = new SpanBatch();
        foreach (var (id, parent, service, start, duration) in spans)
        {
            var attributes = batch.Attributes.Count;
            batch.Attributes.Add("service.name", service);
            batch.Attributes.Add("host.name", "host-" + service);
            batch.Resources.Add(new Resource(batch.Attributes.Since(attributes), default));
            var startNanos = Now - 60 * SecondNanos + start * SecondNanos;
            batch.Spans.Add(new Span
            {
                Resource = batch.Resources.Count - 1,
                Scope = -1,
                TraceId = new TraceId(0, 1),
                SpanId = new SpanId(id),
                ParentSpanId = new SpanId(parent),
                Name = batch.Arena.Append("call"),
                StartUnixNano = startNanos,
                EndUnixNano = startNanos + duration * SecondNanos,
            });
        }
        return batch;
    }

    // How many spans match, as Tempo's search tells it; none: the empty text.
    private async Task<string> SearchAsync(string query)
    {
        var answer = JsonNode.Parse(await _host.Client.GetStringAsync($"/tempo/api/search?q={Uri.EscapeDataString(query)}&start={Now / SecondNanos - 3600}&end={Now / SecondNanos + 3600}"))!;
        return string.Join(",", answer["traces"]!.AsArray().Select(t => t!["spanSet"]!["matched"]!.ToString()));
    }

    // Each span with its parent, when it starts after the first second of the test's data, and how long it says it took.
    private async Task<string> TempoAsync()
    {
        var answer = JsonNode.Parse(await _host.Client.GetStringAsync("/tempo/api/v2/traces/1"))!;
        Assert.Equal("COMPLETE", (string?)answer["status"]);
        var spans = answer["trace"]!["resourceSpans"]!.AsArray().SelectMany(r => r!["scopeSpans"]!.AsArray()).SelectMany(s => s!["spans"]!.AsArray());
        return string.Join(", ", spans.Select(s => (Id: IdOf(s!["spanId"]), Parent: IdOf(s["parentSpanId"]), Start: long.Parse((string)s["startTimeUnixNano"]!), End: long.Parse((string)s["endTimeUnixNano"]!))).OrderBy(s => s.Id)
            .Select(s => $"{s.Id}<{s.Parent} {(s.Start - Now) / SecondNanos + 60}+{(s.End - s.Start) / SecondNanos}s"));
    }

    private static ulong IdOf(JsonNode? id) => (string?)id is { Length: > 0 } text ? System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(Convert.FromBase64String(text)) : 0;

    private async Task<string> ProblemsAsync() => string.Join("; ", JsonNode.Parse(await _host.Client.GetStringAsync("/bongsu/v1/traces/1/analysis"))!["problems"]!.AsArray().Select(p => (string)p!));

    private Task<string> JaegerAsync() => _host.Client.GetStringAsync("/jaeger/api/traces/1");
}
