using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Bongsu.Telemetry.Events;

namespace Bongsu.Server.Tests.Ingest;

/// <summary>
/// Requests that are broken as a whole, to every way in over HTTP: refused by what is wrong with them and what to send, never a failure of the server, and a good
/// request is taken meanwhile and behind. A path that takes logs or spans and is not asked here fails the last test.
/// </summary>
public sealed class HostileRequestsTests(WaysHost host) : IClassFixture<WaysHost>
{
    private const int OverInflated = (64 << 20) + 1;

    private static readonly (string Name, string Reason, Func<byte[], Request> Make)[] s_cases =
    [
        ("gzip cut short", "gzip", good => new(Gzip(good)[..^9], "gzip")),
        ("gzip cut in its header", "gzip", good => new(Gzip(good)[..5], "gzip")),
        ("gzip that is none", "gzip", good => new(good, "gzip")),
        ("gzip with a flipped byte", "gzip", good => new(Flipped(Gzip(good)), "gzip")),
        ("gzip of nothing at all", "gzip", _ => new([], "gzip")),
        ("a bomb of gzip", "limit", _ => new(Gzip(new byte[OverInflated]), "gzip")),
        ("a bomb of gzip that claims to be small", "gzip", _ => new(Claiming(Gzip(new byte[OverInflated])), "gzip")),
        ("a compression nobody knows", "encoding", good => new(good, "br")),
        ("zstd", "encoding", good => new(good, "zstd")),
        ("half a request", "", good => new(good[..(good.Length / 2)], null)),
        ("noise", "", _ => new([.. Enumerable.Range(0, 3_000).Select(i => (byte)(i * 31 ^ i >> 3))], null)),
        ("a body over the limit", "16777216", _ => new(Random((16 << 20) + 1), null)),
        ("a body far over the limit", "16777216", _ => new(Random(20 << 20), null)),
    ];

    private static readonly string[] s_wrongTypes = ["image/png", "application/msgpack", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "nonsense"];

    private static readonly string[] s_ways = [.. LogWay.All.Where(w => w.IsHttp).Select(w => "logs " + w.Name), .. SpanWay.All.Select(w => "spans " + w.Name)];

    private sealed record Request(byte[] Body, string? Encoding);

    private delegate Task<Reply> Send(byte[] body, string? encoding, string? type);

    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (var way in s_ways)
        {
            foreach (var (name, _, _) in s_cases)
                data.Add(way, name);
        }
        return data;
    }

    public static TheoryData<string> Ways() => [.. s_ways];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Is_refused_with_its_reason_and_the_next_one_is_taken(string by, string name)
    {
        var (_, reason, make) = s_cases.Single(c => c.Name == name);
        var (send, good) = Way(by);
        var request = make(good);
        var reply = await send(request.Body, request.Encoding, null);
        // What is not JSON in a body of lines is refused line by line; what is cut may end where a record does.
        Assert.InRange(reply.Status, 200, 499);
        Assert.False(reply.IsAccepted, name);
        Assert.Contains(reason, reply.Text, StringComparison.OrdinalIgnoreCase);
        Assert.True(reply.Text.Length > 15, reply.Text);
        Assert.True((await send(good, null, null)).IsAccepted);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_wrong_content_type_is_told_what_is_taken(string by)
    {
        var (send, good) = Way(by);
        foreach (var type in s_wrongTypes)
        {
            // JSON lines come under a dozen types and none; gRPC names its type in another way.
            if (by.Contains("grpc", StringComparison.Ordinal) || (by.Contains("json lines", StringComparison.Ordinal) && type is not ("application/msgpack" or "multipart/form-data; boundary=x")))
                continue;
            var reply = await send(good, null, type);
            Assert.Equal(415, reply.Status);
            Assert.Contains("send ", reply.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_packed_well_is_taken(string by)
    {
        var (send, good) = Way(by);
        Assert.True((await send(Gzip(good), "gzip", null)).IsAccepted);
    }

    /// <summary>A request without a record is a sound one of all protocols but JSON's, where nothing is no list.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_empty_body_is_no_failure_of_the_server(string by)
    {
        var (send, good) = Way(by);
        var reply = await send([], null, null);
        Assert.InRange(reply.Status, 200, 499);
        Assert.True((await send(good, null, null)).IsAccepted);
    }

    /// <summary>Senders that stop in the middle of what they said they would send hold up nobody.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Senders_that_stop_half_way_hold_up_nobody(string by)
    {
        var (send, good) = Way(by, large: true);
        var path = LogWay.All.Where(w => "logs " + w.Name == by).Select(w => w.Path).Concat(SpanWay.All.Where(w => "spans " + w.Name == by).Select(w => w.Path)).Single();
        var type = LogWay.All.Where(w => "logs " + w.Name == by).Select(w => w.Type).Concat(SpanWay.All.Where(w => "spans " + w.Name == by).Select(w => w.Type)).Single();
        var stalled = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 140; i++)
            {
                var tcp = new TcpClient();
                await tcp.ConnectAsync(host.Web.Host, host.Web.Port);
                await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {type}\r\nContent-Length: 16000000\r\n\r\n{{\"half"));
                stalled.Add(tcp);
            }
            Assert.True((await send(good, null, null)).IsAccepted);
        }
        finally
        {
            stalled.ForEach(tcp => tcp.Dispose());
        }
    }

    /// <summary>All that is wrong at once, by all ways: what is right is taken meanwhile, by each.</summary>
    [Fact]
    public async Task Good_requests_are_taken_while_bad_ones_come()
    {
        var isOver = false;
        var bad = Task.WhenAll(s_ways.Select(by => Task.Run(async () =>
        {
            var (send, good) = Way(by);
            var requests = s_cases.Where(c => !c.Name.StartsWith("a body", StringComparison.Ordinal)).Select(c => c.Make(good)).ToList();
            for (var i = 0; i == 0 || !isOver; i++)
                Assert.False((await send(requests[i % requests.Count].Body, requests[i % requests.Count].Encoding, null)).IsAccepted);
        })));
        for (var round = 0; round < 3; round++)
        {
            foreach (var by in s_ways)
            {
                var (send, good) = Way(by);
                var reply = await send(good, null, null);
                Assert.True(reply.IsAccepted, $"{by}: {reply.Text}");
            }
        }
        isOver = true;
        await bad;
    }

    [Fact]
    public void Every_path_that_takes_logs_or_spans_is_asked() =>
        Assert.Equal(host.Paths.Distinct().Order(StringComparer.Ordinal), LogWay.All.Where(w => w.IsHttp).Select(w => w.Path.Split('?')[0]).Concat(SpanWay.All.Select(w => w.Path)).Distinct().Order(StringComparer.Ordinal));

    private (Send Send, byte[] Good) Way(string by, bool large = false)
    {
        var number = host.NextName();
        if (LogWay.All.SingleOrDefault(w => "logs " + w.Name == by) is { } logs)
            return ((body, encoding, type) => logs.SendAsync(host, body, encoding, type), logs.Encode([.. Enumerable.Range(0, large ? 40 : 1).Select(i => new LogItem($"request{number}", Encoding.UTF8.GetBytes("a line of some length" + Filler(large)), host.NowNanos - i))]));
        var spans = SpanWay.All.Single(w => "spans " + w.Name == by);
        return ((body, encoding, type) => spans.SendAsync(host, body, encoding, type),
            spans.Encode([.. Enumerable.Range(1, large ? 40 : 1).Select(i => new SpanItem($"request{number}", new TraceId(9, (ulong)number), (ulong)i, 0, "a call of some length"u8.ToArray(), host.NowNanos - 1_000_000, host.NowNanos) { Fields = [("a", Filler(large))] })]));
    }

    private static string Filler(bool isLarge) => isLarge ? new string('x', 50_000) : "";

    private static byte[] Gzip(byte[] data)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(data);
        return packed.ToArray();
    }

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Flipped(byte[] packed)
    {
        packed[packed.Length / 2] ^= 0x10;
        return packed;
    }

    private static byte[] Claiming(byte[] packed)
    {

        (packed[^4], packed[^3], packed[^2], packed[^1]) = (100, 0, 0, 0);
        return packed;
    }
}
