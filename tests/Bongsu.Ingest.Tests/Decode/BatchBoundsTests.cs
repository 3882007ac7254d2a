using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Decode;

/// <summary>What is small on the wire and large in memory is refused before it is large: by all formats.</summary>
public sealed class BatchBoundsTests
{
    private const int Parts = 5_000;
    private const int TextBytes = 1 << 20;

    private readonly IngestService _ingest = new(new MemoryStore(),
        new IngestOptions { Limits = new IngestLimits { PartsPerRequest = Parts, DecodedBytes = TextBytes, RecordsPerRequest = 2_000 } }, new ManualTime(), NullLogger<IngestService>.Instance);

    public static TheoryData<string> Bombs() =>
        ["attributes", "events", "links", "resources", "scopes", "log attributes", "log resources", "log scopes", "json resources", "jaeger tags", "jaeger logs", "jaeger resources", "zipkin tags",
            "loki entries", "loki streams", "loki labels", "loki metadata", "loki json entries", "loki json streams", "json line fields", "json line names", "json lines"];

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task IsRefusedAsTooLarge(string what)
    {
        var answer = await SendAsync(what);
        if (what == "loki labels")
        {
            Assert.Contains("more labels than the limit of 64", answer.Outcome!.Reasons(), StringComparison.Ordinal);
            return;
        }
        Assert.True(answer.Failure?.IsTooLarge, answer.Failure?.Message ?? answer.Outcome?.Reasons());
        Assert.Contains("send smaller batches", answer.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFullRequestOfOrdinaryOnesIsTaken()
    {
        var spans = Enumerable.Range(1, 200).Select(i => Otlp.Span(i, attributes: [.. Enumerable.Range(0, 20).Select(a => ($"key{a}", (object)"value"))]));
        Assert.Equal(200, (await _ingest.OtlpTracesAsync(Otlp.Request(Otlp.Service("a"), [.. spans]), false, default)).Outcome!.Accepted);
    }

    private ValueTask<IngestAnswer> SendAsync(string what)
    {
        ValueTask<IngestAnswer> Spans(Proto resources) => _ingest.OtlpTracesAsync(resources.Bytes, false, default);
        ValueTask<IngestAnswer> Logs(Proto resources) => _ingest.OtlpLogsAsync(resources.Bytes, false, default);
        ValueTask<IngestAnswer> Lines(string text, bool isMessage = true) => _ingest.JsonLinesAsync(Encoding.UTF8.GetBytes(text), new([], [], isMessage), default);
        static string Repeat(int count, Func<int, string> write) => string.Join(',', Enumerable.Range(0, count).Select(write));
        var label = new Proto().Text(1, "{a=\"b\"}");
        return what switch
        {
            "attributes" => Spans(InScope(Many(30, i => Otlp.Span(i + 1).Each(9, Enumerable.Range(0, 256), _ => new Proto())))),
            "events" => Spans(InScope(Many(10, i => Otlp.Span(i + 1).Each(11, Enumerable.Range(0, 1_000), _ => new Proto())))),
            "links" => Spans(InScope(Many(10, i => Otlp.Span(i + 1).Each(13, Enumerable.Range(0, 1_000), _ => new Proto())))),
            "resources" => Spans(new Proto().Each(1, Enumerable.Range(0, 1_000), _ => new Proto())),
            "scopes" => Spans(new Proto().Message(1, new Proto().Each(2, Enumerable.Range(0, 1_000), _ => new Proto()))),
            "log attributes" => Logs(InScope(Many(30, _ => new Proto().Each(6, Enumerable.Range(0, 256), _ => new Proto())))),
            "log resources" => Logs(new Proto().Each(1, Enumerable.Range(0, 1_000), _ => new Proto())),
            "log scopes" => Logs(new Proto().Message(1, new Proto().Each(2, Enumerable.Range(0, 1_000), _ => new Proto()))),
            "json resources" => _ingest.OtlpLogsAsync(Encoding.UTF8.GetBytes($"{{\"resourceLogs\":[{Repeat(1_000, _ => "{}")}]}}"), true, default),
            "jaeger tags" => Jaeger(new Thrift(), Many(30, _ => new Thrift().Number(2, 1).Number(3, 1).Number(8, 5).List(10, Many(256, _ => new Thrift())))),
            "jaeger logs" => Jaeger(new Thrift(), Many(10, _ => new Thrift().Number(2, 1).Number(3, 1).Number(8, 5).List(11, Many(1_000, _ => new Thrift())))),
            "jaeger resources" => Jaeger(new Thrift().List(2, Many(200, i => Thrift.Tag($"t{i}", "v"))), Many(50, i => new Thrift().Number(2, 1).Number(3, i + 1).Number(8, 5).List(10, Thrift.Tag("service.version", $"{i}")))),
            "zipkin tags" => _ingest.ZipkinAsync(Encoding.UTF8.GetBytes($"[{Repeat(30, i => $"{{\"traceId\":\"1\",\"id\":\"{i + 1:x}\",\"timestamp\":5,\"tags\":{{{Repeat(256, t => $"\"{t}\":\"\"")}}}}}")}]"), default),
            "loki entries" => _ingest.LokiAsync(new Proto().Message(1, label.Each(2, Enumerable.Range(0, 3_000), _ => new Proto())).Bytes, false, default),
            "loki streams" => _ingest.LokiAsync(new Proto().Each(1, Enumerable.Range(0, 3_000), _ => new Proto()).Bytes, false, default),
            "loki labels" => _ingest.LokiAsync(new Proto().Message(1, new Proto().Text(1, $"{{{Repeat(100_000, _ => "a=\"\"")}}}").Message(2, new Proto())).Bytes, false, default),
            "loki metadata" => _ingest.LokiAsync(new Proto().Message(1, label.Each(2, Enumerable.Range(0, 30), _ => new Proto().Each(3, Enumerable.Range(0, 256), _ => new Proto()))).Bytes, false, default),
            "loki json entries" => _ingest.LokiAsync(Encoding.UTF8.GetBytes($"{{\"streams\":[{{\"stream\":{{\"a\":\"b\"}},\"values\":[{Repeat(3_000, _ => "[\"1\",\"\"]")}]}}]}}"), true, default),
            "loki json streams" => _ingest.LokiAsync(Encoding.UTF8.GetBytes($"{{\"streams\":[{Repeat(3_000, _ => "{}")}]}}"), true, default),
            "json line fields" => Lines(string.Join('\n', Many(30, _ => $"{{\"message\":\"m\",{Repeat(250, f => $"\"{f}\":1")}}}"))),
            "json line names" => Lines(string.Join('\n', Many(10, _ => $"{{\"message\":\"m\",\"{new string('k', 1_000)}\":{{{Repeat(250, f => $"\"{f}\":1")}}}}}"))),
            _ => Lines(string.Concat(Enumerable.Repeat("{}", 3_000)), isMessage: false),
        };
    }

    private ValueTask<IngestAnswer> Jaeger(Thrift process, Thrift[] spans) => _ingest.JaegerAsync(new Thrift().Struct(1, process).List(2, spans).Bytes, default);

    private static T[] Many<T>(int count, Func<int, T> make) => [.. Enumerable.Range(0, count).Select(make)];

    private static Proto InScope(Proto[] items) => new Proto().Message(1, new Proto().Message(2, new Proto().Each(2, items, i => i)));
}
