using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Bongsu.Query.LogQL;
using Bongsu.Server.Api.Loki;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Server.Tests.Api.Loki;

/// <summary>Tailing over a real socket; only the clock of the server is moved by hand.</summary>
public sealed class LokiTailTests
{
    [Fact]
    public async Task New_lines_come_once_and_late_ones_too()
    {
        await using var host = await QueryHost.StartAsync(listens: true);
        await PushAsync(host, -5_000, "before");
        using var socket = await ConnectAsync(host, "{app=\"shop\"} |= `e`");
        Assert.Equal(["before"], Lines(await ReadAsync(host, socket)));
        await PushAsync(host, 0, "one");
        Assert.Equal(["one"], Lines(await ReadAsync(host, socket)));
        await PushAsync(host, -3_000, "late");
        Assert.Equal(["late"], Lines(await ReadAsync(host, socket)));
        await PushAsync(host, 0, "no");
        await PushAsync(host, 0, "three");
        Assert.Equal(["three"], Lines(await ReadAsync(host, socket)));
    }

    [Fact]
    public async Task A_browser_asks_by_a_parameter_for_fields_apart()
    {
        await using var host = await QueryHost.StartAsync(listens: true);
        await PushAsync(host, -5_000, "{\"route\":\"/pay\"}");
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(Uri(host, $"query={System.Uri.EscapeDataString("{app=\"shop\"} | json")}&encodingFlags=categorize-labels"), Deadline());
        var stream = (await ReadAsync(host, socket))["streams"]![0]!;
        Assert.Equal("""{"app":"shop"}""", stream["stream"]!.ToJsonString());
        Assert.Equal("/pay", (string)stream["values"]![0]![2]!["parsed"]!["route"]!);
    }

    [Fact]
    public async Task A_client_that_closes_is_answered_with_a_close()
    {
        await using var host = await QueryHost.StartAsync(listens: true);
        using var socket = await ConnectAsync(host, "{app=\"shop\"}");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Deadline());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task A_server_that_stops_says_so()
    {
        await using var host = await QueryHost.StartAsync(listens: true);
        using var socket = await ConnectAsync(host, "{app=\"shop\"}");
        var stopping = host.StopAsync();
        var received = await socket.ReceiveAsync(new byte[16], Deadline());
        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, socket.CloseStatus);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Deadline());
        await stopping;
    }

    [Theory]
    [InlineData("query={")]
    [InlineData("query=rate({app=\"shop\"}[1m])")]
    [InlineData("query={app=\"shop\"}&delay_for=6")]
    [InlineData("query={app=\"shop\"}&limit=0")]
    public async Task Wrong_questions_are_refused_before_the_upgrade(string parameters)
    {
        await using var host = await QueryHost.StartAsync(listens: true);
        using var socket = new ClientWebSocket();
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(Uri(host, parameters), Deadline()));
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task A_plain_request_is_told_what_tail_needs()
    {
        await using var host = await QueryHost.StartAsync();
        using var response = await host.Client.GetAsync("/loki/api/v1/tail?query={app=\"shop\"}");
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("tail needs a WebSocket", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Tails_have_a_limit_and_give_their_place_back()
    {
        await using var host = await QueryHost.StartAsync(listens: true);
        var sockets = new List<ClientWebSocket>();
        for (var i = 0; i < LokiTail.MaxTails; i++)
            sockets.Add(await ConnectAsync(host, "{app=\"shop\"}"));
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(host, "{app=\"shop\"}"));
        foreach (var socket in sockets)
        {
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Deadline());
            socket.Dispose();
        }
    }

    [Fact]
    public async Task A_slow_reader_is_told_what_was_dropped()
    {
        var queue = new TailQueue();
        var labels = LabelSet.Of(("app", "shop"));
        for (var i = 0; i < TailQueue.Capacity + 2; i++)
            queue.Add([new LogStream(labels, [new LogLine(i, "line", LabelSet.Empty)])]);
        for (var i = 0; i < TailQueue.Capacity; i++)
            Assert.Empty((await queue.TakeAsync(default)).Dropped);
        queue.Add([new LogStream(labels, [new LogLine(99, "line", LabelSet.Empty)])]);
        Assert.Equal([TailQueue.Capacity, TailQueue.Capacity + 1], (await queue.TakeAsync(default)).Dropped.Select(d => d.TimeUnixNano));
    }

    [Fact]
    public async Task Names_of_dropped_lines_are_bounded()
    {
        var queue = new TailQueue();
        var lines = Enumerable.Range(0, 5_000).Select(i => new LogLine(i, "", LabelSet.Empty)).ToList();
        for (var i = 0; i < TailQueue.Capacity + 3; i++)
            queue.Add([new LogStream(LabelSet.Empty, lines)]);
        for (var i = 0; i < TailQueue.Capacity; i++)
            await queue.TakeAsync(default);
        queue.Add([new LogStream(LabelSet.Empty, lines)]);
        var frame = await queue.TakeAsync(default);
        Assert.Equal((TailQueue.MaxDroppedNamed, 3L * lines.Count), (frame.Dropped.Count, frame.DroppedCount));
    }

    private static Uri Uri(QueryHost host, string parameters) => new(host.Address.Replace("http", "ws", StringComparison.Ordinal) + "/loki/api/v1/tail?" + parameters);

    private static async Task<ClientWebSocket> ConnectAsync(QueryHost host, string query)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(Uri(host, "query=" + System.Uri.EscapeDataString(query)), Deadline());
        return socket;
    }

    // The server polls on its own clock, which stands still unless it is moved.
    private static async Task<JsonNode> ReadAsync(QueryHost host, ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var reading = socket.ReceiveAsync(buffer, Deadline());
        while (await Task.WhenAny(reading, Task.Delay(5)) != reading)
            host.Time.Advance(TimeSpan.FromMilliseconds(50));
        var received = await reading;
        Assert.True(received.EndOfMessage);
        return JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, received.Count))!;
    }

    private static IEnumerable<string> Lines(JsonNode frame) =>
        frame["streams"]!.AsArray().SelectMany(s => s!["values"]!.AsArray()).Select(v => (string)v![1]!);

    private static CancellationToken Deadline() => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    private static async Task PushAsync(QueryHost host, int offsetMs, string text)
    {
        var batch = new LogBatch();
        batch.Streams.Add(batch.Arena.Append(LabelSet.Of(("app", "shop")).Bytes));
        batch.Records.Add(new LogRecord
        {
            Resource = -1,
            Scope = -1,
            TimeUnixNano = (host.Time.NowMs + offsetMs) * 1_000_000,
            Body = AttributeValue.OfString(batch.Arena.Append(text)),
        });
        await host.Store.AppendAsync(batch, default);
    }
}
