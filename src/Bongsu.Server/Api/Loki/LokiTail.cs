using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Bongsu.Query.LogQL;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bongsu.Server.Api.Loki;

/// <summary>tail: new lines over a WebSocket as they come, by asking the store each second. Thread-safe.</summary>
internal sealed class LokiTail(LogQlEngine engine, TimeProvider time)
{
    /// <summary>Most tails at a time; each costs a query a second.</summary>
    public const int MaxTails = 50;

    private const long MaxDelaySeconds = 5;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A reader that takes no frame for this long is disconnected.</summary>
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long a client may take to answer a close.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private int _tails;

    public Task RunAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        if (!context.WebSockets.IsWebSocketRequest)
            throw new LokiBadRequestException("tail needs a WebSocket");
        var delay = request.Get("delay_for") is null ? 0 : request.Limit("delay_for", 0);
        if (delay > MaxDelaySeconds)
            throw new LokiBadRequestException($"delay_for can't be greater than {MaxDelaySeconds}");
        // A first, empty question tells a bad query before the connection is taken over.
        var check = await engine.RangeAsync(request.Query, new LogQlRange(0, 1) { Limit = request.Limit() }, context.RequestAborted);
        if (check.Failure is not null || check.Value!.Streams is null)
            throw new LokiBadRequestException(check.Failure?.Message ?? "tail needs a log query");
        try
        {
            if (Interlocked.Increment(ref _tails) > MaxTails)
                await LokiReply.ErrorAsync(context, StatusCodes.Status429TooManyRequests, $"max concurrent tail requests limit exceeded, count > limit ({MaxTails})");
            else
                await ServeAsync(context, new TailCursor(engine, request, request.Limit()), delay);
        }
        finally
        {
            Interlocked.Decrement(ref _tails);
        }
    });

    private async Task ServeAsync(HttpContext context, TailCursor cursor, long delaySeconds)
    {
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var queue = new TailQueue();
        var closing = WatchCloseAsync(socket, context.RequestAborted);
        Task[] parts = [PollAsync(cursor, queue, delaySeconds, ended.Token), SendAsync(socket, queue, LokiResultJson.IsCategorized(context.Request), ended.Token)];
        // Whichever ends first ends the others: the reader closed or is stuck, the server stops, or the connection broke.
        await Task.WhenAny([closing, .. parts]);
        await ended.CancelAsync();
        foreach (var part in parts)
            await part.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync(socket, closing, stopping.IsCancellationRequested);
        if (parts.FirstOrDefault(p => p.Exception?.InnerException is not (null or WebSocketException)) is { } failed)
            await failed;
    }

    private async Task PollAsync(TailCursor cursor, TailQueue queue, long delaySeconds, CancellationToken cancellationToken)
    {
        while (true)
        {
            queue.Add(await cursor.PollAsync(NowNanos() - delaySeconds * 1_000_000_000, cancellationToken));
            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private async Task SendAsync(WebSocket socket, TailQueue queue, bool categorize, CancellationToken cancellationToken)
    {
        while (true)
        {
            var frame = await queue.TakeAsync(cancellationToken);
            using var late = new CancellationTokenSource(SendTimeout, time);
            // Why not the other token: a send that is cut off leaves no connection to close cleanly.
            await socket.SendAsync(Message(frame, categorize), WebSocketMessageType.Text, true, late.Token);
        }
    }

    // What a client says is of no interest; that it closes is.
    private static async Task WatchCloseAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[256];
        while ((await socket.ReceiveAsync(buffer, cancellationToken)).MessageType != WebSocketMessageType.Close) { }
    }

    private async Task CloseAsync(WebSocket socket, Task closing, bool isStopping)
    {
        using var late = new CancellationTokenSource(CloseTimeout, time);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(isStopping ? WebSocketCloseStatus.EndpointUnavailable : WebSocketCloseStatus.NormalClosure, null, late.Token);
            await closing.WaitAsync(late.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The client is gone, or does not answer.
            socket.Abort();
        }
    }

    private long NowNanos() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static ReadOnlyMemory<byte> Message(TailFrame frame, bool categorize)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, QueryReply.Json))
        {
            json.WriteStartObject();
            LokiResultJson.WriteStreams(json, "streams", frame.Streams, categorize);
            if (frame.DroppedCount > 0)
                WriteDropped(json, frame);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    // Loki names the lines; the count, which Loki does not give, says how many there are when not all are named.
    private static void WriteDropped(Utf8JsonWriter json, TailFrame frame)
    {
        json.WriteNumber("dropped_count", frame.DroppedCount);
        json.WriteStartArray("dropped_entries");
        foreach (var line in frame.Dropped)
        {
            json.WriteStartObject();
            json.WriteString("timestamp", line.TimeUnixNano.ToString(CultureInfo.InvariantCulture));
            json.WritePropertyName("labels");
            LokiResultJson.WriteLabels(json, line.Labels.ToList());
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
