using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Bongsu.Ingest.Tests;

namespace Bongsu.Server.Tests.Ingest;

/// <summary>A way in of spans: how they are written, and sent.</summary>
internal sealed record SpanWay(string Name, string Path, string Type, Func<IReadOnlyList<SpanItem>, byte[]> Encode)
{
    public static readonly SpanWay[] All =
    [
        new("otlp protobuf", "/v1/traces", "application/x-protobuf", OtlpProto),
        new("otlp json", "/v1/traces", "application/json", OtlpJson),
        new("otlp grpc", "/opentelemetry.proto.collector.trace.v1.TraceService/Export", "application/grpc", OtlpProto),
        new("zipkin", "/api/v2/spans", "application/json", Zipkin),
        new("jaeger", "/api/traces", "application/x-thrift", Jaeger),
    ];

    public bool IsGrpc => Type == "application/grpc";

    public Task<Reply> SendAsync(WaysHost host, params SpanItem[] items) => SendAsync(host, Encode(items));

    public async Task<Reply> SendAsync(WaysHost host, byte[] body, string? encoding = null, string? type = null)
    {
        if (IsGrpc)
            return await Grpc.SendAsync(host, Path, body, encoding);
        var (status, answer) = await host.PostAsync(Path, body, type ?? Type, encoding);
        var text = Encoding.UTF8.GetString(answer);
        return new Reply(status, status == 202 || (status == 200 && text is "" or "{}"), text);
    }

    private static byte[] Bytes(ulong id)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id);
        return bytes;
    }

    private static byte[] OtlpProto(IReadOnlyList<SpanItem> items) => new Proto().Each(1, items, item =>
    {
        var span = new Proto().Data(1, item.TraceBytes).Data(2, Bytes(item.Id)).Data(5, item.Name).Varint(6, 2).Fixed64(7, (ulong)item.StartNanos).Fixed64(8, (ulong)item.EndNanos);
        if (item.Parent != 0)
            span.Data(4, Bytes(item.Parent));
        return new Proto().Message(1, new Proto().Message(1, Attribute("service.name", item.Service)))
            .Message(2, new Proto().Message(2, span.Each(9, item.Fields, f => Attribute(f.Key, f.Value))));
    }).Bytes;

    private static Proto Attribute(string key, string value) => new Proto().Text(1, key).Message(2, new Proto().Text(1, value));

    private static byte[] OtlpJson(IReadOnlyList<SpanItem> items) => JsonBytes.Join("{\"resourceSpans\":", JsonBytes.List(items.Select(item => JsonBytes.Join(
        "{\"resource\":{\"attributes\":[", JsonAttribute("service.name", item.Service), "]},\"scopeSpans\":[{\"spans\":[{\"traceId\":\"", $"{item.Trace}", "\",\"spanId\":\"", $"{item.Id:x16}",
        "\",\"parentSpanId\":\"", item.Parent == 0 ? "" : $"{item.Parent:x16}", "\",\"name\":", JsonBytes.Text(item.Name), ",\"startTimeUnixNano\":\"", Text(item.StartNanos),
        "\",\"endTimeUnixNano\":\"", Text(item.EndNanos), "\",\"attributes\":", JsonBytes.List(item.Fields.Select(f => JsonAttribute(f.Key, f.Value))), "}]}]}"))), "}");

    private static byte[] JsonAttribute(string key, string value) => JsonBytes.Join("{\"key\":", JsonBytes.Text(key), ",\"value\":{\"stringValue\":", JsonBytes.Text(value), "}}");

    private static byte[] Zipkin(IReadOnlyList<SpanItem> items) => JsonBytes.List(items.Select(item => JsonBytes.Join(
        $"{{\"traceId\":\"{item.Trace}\",\"id\":\"{item.Id:x16}\",", item.Parent == 0 ? "" : $"\"parentId\":\"{item.Parent:x16}\",", "\"name\":", JsonBytes.Text(item.Name),
        ",\"timestamp\":", Text(item.StartNanos / 1000), ",\"duration\":", Text((item.EndNanos - item.StartNanos) / 1000), ",\"localEndpoint\":{\"serviceName\":", JsonBytes.Text(item.Service),
        "},\"tags\":{", JsonBytes.Separated(item.Fields.Select(f => JsonBytes.Join(JsonBytes.Text(f.Key), ":", JsonBytes.Text(f.Value)))), "}}")));

    // A batch has one process: the items are of one service.
    private static byte[] Jaeger(IReadOnlyList<SpanItem> items) => new Thrift().Struct(1, new Thrift().Text(1, items[0].Service)).List(2, [.. items.Select(item => new Thrift()
        .Number(1, (long)item.Trace.Low).Number(2, (long)item.Trace.High).Number(3, (long)item.Id).Number(4, (long)item.Parent).Data(5, item.Name)
        .Number(8, item.StartNanos / 1000).Number(9, (item.EndNanos - item.StartNanos) / 1000)
        .List(10, [.. item.Fields.Select(f => Thrift.Tag(f.Key, f.Value))]))]).Bytes;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
