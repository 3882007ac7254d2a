using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands.Logs;

/// <summary>Follows lines over the tail's WebSocket; when the connection breaks, goes on from the last line.</summary>
internal sealed class LogTail(BongsuClient client, string query, int limit, LogWriter writer, string output)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private const int MaxFrameBytes = 64 << 20;

    private long _fromNanos;

    /// <summary>Until Ctrl-C, which is a success; a server that cannot be reached at first, or refuses, is a failure.</summary>
    public async Task<int> RunAsync(long fromMs, CancellationToken cancellationToken)
    {
        _fromNanos = fromMs * 1_000_000;
        var pause = FirstPause;
        var wasConnected = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var socket = await client.ConnectAsync(Path(), cancellationToken);
                (wasConnected, pause) = (true, FirstPause);
                await ReadAsync(socket, cancellationToken);
                Console.Error.WriteLine("bongsu: the server closed the connection; connecting again.");
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (WebSocketException e) when (e.WebSocketErrorCode == WebSocketError.NotAWebSocket && client.LastStatus is >= HttpStatusCode.BadRequest)
            {
                // Refused with a reason, which the same question asked in the ordinary way tells in words.
                var (document, code) = await client.GetAsync($"/loki/api/v1/query_range?query={Uri.EscapeDataString(query)}&limit=1", Console.Error, cancellationToken);
                if (document is null)
                    return code;
                var isLines = document.RootElement.GetProperty("data").GetProperty("resultType").GetString() == "streams";
                Console.Error.WriteLine(isLines
                    ? $"bongsu: the server refused to be followed with status {(int)client.LastStatus}."
                    : "bongsu: only lines can be followed, and this query gives numbers. Leave out -f, or the function.");
                return isLines ? ExitCodes.Failed : ExitCodes.Usage;
            }
            catch (Exception e) when (e is WebSocketException or HttpRequestException or UriFormatException or ArgumentException)
            {
                if (!wasConnected)
                {
                    Console.Error.WriteLine($"bongsu: cannot reach {client.Url}: {e.Message} Is the server running? Set --url or BONGSU_URL.");
                    return ExitCodes.Unreachable;
                }
                Console.Error.WriteLine($"bongsu: the connection broke ({e.Message}); trying again.");
            }
            if (await IsCancelledAsync(pause, cancellationToken))
                break;
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
        return ExitCodes.Ok;
    }

    private string Path() => $"/loki/api/v1/tail?query={Uri.EscapeDataString(query)}&limit={limit}&start={_fromNanos}&discovered_labels=true";

    private async Task ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var frame = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            frame.SetLength(0);
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close || frame.Length > MaxFrameBytes)
                    return;
                frame.Write(buffer, 0, received.Count);
            }
            while (!received.EndOfMessage);
            using var json = JsonDocument.Parse(frame.GetBuffer().AsMemory(0, (int)frame.Length));
            Show(json.RootElement);
        }
    }

    private void Show(JsonElement frame)
    {
        var rows = LogRow.Of(frame.GetProperty("streams"));
        if (rows.Count > 0)
            _fromNanos = Math.Max(_fromNanos, rows[^1].TimeNanos + 1);
        // What follows has no end: one JSON document of all of it cannot be written, so each line is one.
        writer.Write(rows, output == "json" ? "jsonl" : output);
        if (frame.TryGetProperty("dropped_entries", out var dropped) && dropped.GetArrayLength() > 0)
            Console.Error.WriteLine($"bongsu: {dropped.GetArrayLength()} lines or more came faster than they could be shown and are left out.");
    }

    private static async Task<bool> IsCancelledAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return cancellationToken.IsCancellationRequested;
    }
}
