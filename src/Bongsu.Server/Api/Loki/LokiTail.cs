using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Bongsu.Query.LogQL;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>tail: new lines over a WebSocket as they come, by asking the store each second.</summary>
internal sealed class LokiTail(LogQlEngine engine, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public Task RunAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        if (!context.WebSockets.IsWebSocketRequest)
            throw new LokiBadRequestException("tail needs a WebSocket");
        // A first, empty question tells a bad query before the connection is taken over.
        var check = await engine.RangeAsync(request.Query, 0, 1, 1, request.Limit(), false, context.RequestAborted);
        if (check.Failure is { } failure || check.Value!.Streams is null)
            throw new LokiBadRequestException(check.Failure?.Message ?? "tail needs a log query");
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            await FollowAsync(socket, request, context.RequestAborted);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The client is gone.
        }
    });

    private async Task FollowAsync(WebSocket socket, LokiRequest request, CancellationToken aborted)
    {
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var reading = WatchCloseAsync(socket, closed);
        var from = request.Get("start") is null ? NowNanos() : request.StartNanos;
        while (!closed.IsCancellationRequested)
        {
            var to = Math.Max(from, NowNanos());
            var answer = await engine.RangeAsync(request.Query, from, to, 1, request.Limit(), false, closed.Token);
            var result = answer.Value?.Streams ?? [];
            var count = result.Sum(s => s.Lines.Count);
            if (count > 0)
                await socket.SendAsync(Message(result), WebSocketMessageType.Text, true, closed.Token);
            if (count >= request.Limit())
                to = result.Max(s => s.Lines[^1].TimeUnixNano) + 1;
            from = to;
            await Task.Delay(Interval, time, closed.Token);
        }
        await reading;
    }

    private long NowNanos() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static async Task WatchCloseAsync(WebSocket socket, CancellationTokenSource closed)
    {
        var buffer = new byte[256];
        try
        {
            while ((await socket.ReceiveAsync(buffer, closed.Token)).MessageType != WebSocketMessageType.Close) { }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The connection ended without a close.
        }
        await closed.CancelAsync();
    }

    private static ReadOnlyMemory<byte> Message(IReadOnlyList<LogStream> streams)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, LokiReply.Json))
        {
            json.WriteStartObject();
            json.WriteStartArray("streams");
            LokiResultJson.WriteMerged(json, streams);
            json.WriteEndArray();
            json.WriteNull("dropped_entries");
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }
}
