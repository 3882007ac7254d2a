using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Bongsu.Ingest.Tests;

namespace Bongsu.Server.Tests.Ingest;

/// <summary>A way in of log records: how they are written, and sent.</summary>
/// <param name="Name">As it is told when a test fails.</param>
/// <param name="Path">Of the request; empty of what is no HTTP.</param>
/// <param name="Type">Content type.</param>
/// <param name="Encode">Writes records.</param>
internal sealed record LogWay(string Name, string Path, string Type, Func<IReadOnlyList<LogItem>, byte[]> Encode)
{
    private const int MiB = 1 << 20;

    public static readonly LogWay[] All =
    [
        new("otlp protobuf", "/v1/logs", "application/x-protobuf", OtlpProto) { IsText = true },
        new("otlp json", "/v1/logs", "application/json", OtlpJson) { IsText = true },
        new("otlp grpc", "/opentelemetry.proto.collector.logs.v1.LogsService/Export", "application/grpc", OtlpProto) { IsText = true },
        new("loki json", "/loki/api/v1/push", "application/json", LokiJson) { IsText = true },
        new("loki protobuf", "/loki/api/v1/push", "application/x-protobuf", LokiProto) { IsText = true, IsSnappy = true },
        new("json lines", "/bongsu/v1/logs/jsonl", "application/x-ndjson", JsonLines),
        new("json lines by message", "/bongsu/v1/logs/jsonl?body=message", "application/x-ndjson", JsonLines) { IsText = true },
        new("syslog tcp", "", "", Counted) { IsText = true, MaxBytes = 256 * 1024 },
        new("syslog udp", "", "udp", items => Encoding.Latin1.GetBytes(string.Join('\u0001', items.Select(i => Encoding.Latin1.GetString(Syslog(i)))))) { IsText = true, MaxBytes = 60_000 },
    ];

    /// <summary>The body comes back as it is; otherwise the line that it stood in.</summary>
    public bool IsText { get; private init; }

    public bool IsSnappy { get; private init; }

    private bool IsJsonLines => Path.Contains("jsonl", StringComparison.Ordinal);

    public bool IsHttp => Path.Length > 0;

    public bool IsGrpc => Type == "application/grpc";

    /// <summary>The longest line, with what stands around the body where that counts.</summary>
    public int MaxBytes { get; private init; } = MiB;

    /// <summary>How a record is shown. Where the message of a line is none, and where the structured data is none, all that came is the text: nothing is lost.</summary>
    public string Shown(LogItem item)
    {
        if (!IsText || (IsJsonLines && (item.IsBodyJson || item.Body.Length == 0)))
            return Encoding.UTF8.GetString(Line(item));
        return !IsHttp && item.Fields.Any(f => f.Key.Length == 0) ? Data(item) + " " + item.Shown : item.Shown;
    }

    /// <summary>The longest body that is taken.</summary>
    public int MaxBody(LogItem like) => MaxBytes - (IsJsonLines ? Line(like with { Body = [] }).Length : IsHttp ? 0 : Syslog(like with { Body = [] }).Length);

    public Task<Reply> SendAsync(WaysHost host, params LogItem[] items) => SendAsync(host, Encode(items));

    /// <summary>Sends a body that may be none; packed as the way wants it unless an encoding is given.</summary>
    public async Task<Reply> SendAsync(WaysHost host, byte[] body, string? encoding = null, string? type = null)
    {
        if (!IsHttp)
            return await SyslogAsync(host, body);
        if (IsGrpc)
            return await Grpc.SendAsync(host, Path, body, encoding);
        if (IsSnappy && encoding is null)
            body = Snap.Pack(body);
        var (status, answer) = await host.PostAsync(Path, body, type ?? Type, encoding);
        var text = Encoding.UTF8.GetString(answer);
        var isAll = IsJsonLines ? status == 200 && JsonDocument.Parse(answer).RootElement.GetProperty("rejected").GetInt32() == 0
            : status == 204 || (status == 200 && text is "" or "{}");
        return new Reply(status, isAll, text);
    }

    private static byte[] OtlpProto(IReadOnlyList<LogItem> items) => new Proto().Each(1, items, item => new Proto()
        .Message(1, new Proto().Message(1, Attribute("service.name", item.Service)))
        .Message(2, new Proto().Message(2, new Proto().Fixed64(1, (ulong)item.TimeNanos).Varint(2, 9).Message(5, new Proto().Data(1, item.Body))
            .Each(6, item.Fields, f => Attribute(f.Key, f.Value))))).Bytes;

    private static Proto Attribute(string key, string value) => new Proto().Text(1, key).Message(2, new Proto().Text(1, value));

    private static byte[] OtlpJson(IReadOnlyList<LogItem> items) => JsonBytes.Join("{\"resourceLogs\":", JsonBytes.List(items.Select(item => JsonBytes.Join(
        "{\"resource\":{\"attributes\":[", JsonAttribute("service.name", item.Service), "]},\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\"", Text(item.TimeNanos),
        "\",\"severityNumber\":9,\"body\":{\"stringValue\":", JsonBytes.Text(item.Body), "},\"attributes\":", JsonBytes.List(item.Fields.Select(f => JsonAttribute(f.Key, f.Value))), "}]}]}"))), "}");

    private static byte[] JsonAttribute(string key, string value) => JsonBytes.Join("{\"key\":", JsonBytes.Text(key), ",\"value\":{\"stringValue\":", JsonBytes.Text(value), "}}");

    private static byte[] LokiJson(IReadOnlyList<LogItem> items) => JsonBytes.Join("{\"streams\":", JsonBytes.List(items.Select(item => JsonBytes.Join(
        "{\"stream\":{\"service_name\":", JsonBytes.Text(item.Service), "},\"values\":[[\"", Text(item.TimeNanos), "\",", JsonBytes.Text(item.Body),
        ",{", JsonBytes.Separated(item.Fields.Select(Member)), "}]]}"))), "}");

    private static byte[] LokiProto(IReadOnlyList<LogItem> items) => new Proto().Each(1, items, item => new Proto()
        .Text(1, $"{{service_name=\"{item.Service}\"}}")
        .Message(2, new Proto().Message(1, new Proto().Varint(1, (ulong)(item.TimeNanos / 1_000_000_000)).Varint(2, (ulong)(item.TimeNanos % 1_000_000_000))).Data(2, item.Body)
            .Each(3, item.Fields, f => new Proto().Text(1, f.Key).Text(2, f.Value)))).Bytes;

    private static byte[] JsonLines(IReadOnlyList<LogItem> items) => [.. items.SelectMany(item => (byte[])[.. Line(item), (byte)'\n'])];

    private static byte[] Line(LogItem item) => JsonBytes.Join("{\"ts\":", Text(item.TimeNanos), ",\"service\":", JsonBytes.Text(item.Service), ",\"message\":",
        item.IsBodyJson ? item.Body : JsonBytes.Text(item.Body), item.Fields.Count == 0 ? "" : ",", JsonBytes.Separated(item.Fields.Select(Member)), "}");

    private static byte[] Member((string Key, string Value) field) => JsonBytes.Join(JsonBytes.Text(field.Key), ":", JsonBytes.Text(field.Value));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[] Counted(IReadOnlyList<LogItem> items) => [.. items.Select(Syslog).SelectMany(message => JsonBytes.Join(Text(message.Length), " ", message))];

    private static byte[] Syslog(LogItem item)
    {
        var time = DateTimeOffset.UnixEpoch.AddTicks(item.TimeNanos / 100).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        return JsonBytes.Join($"<14>1 {time} h {item.Service} - - {Data(item)} ", item.Body);
    }

    private static string Data(LogItem item) => item.Fields.Count == 0 ? "-" : $"[x@1{string.Concat(item.Fields.Select(f => $" {f.Key}=\"{f.Value}\""))}]";

    private async Task<Reply> SyslogAsync(WaysHost host, byte[] body)
    {
        if (Type == "udp")
        {
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            foreach (var message in Encoding.Latin1.GetString(body).Split('\u0001'))
                await udp.SendToAsync(Encoding.Latin1.GetBytes(message), host.Syslog);
            return new Reply(0, null, "");
        }
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(host.Syslog);
        try
        {
            await tcp.GetStream().WriteAsync(body);
            tcp.Client.Shutdown(SocketShutdown.Send);
            _ = await tcp.Client.ReceiveAsync(new byte[1]);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Closed on us: what was sent breaks a rule.
        }
        return new Reply(0, null, "");
    }
}
