using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text.Json;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands;

/// <summary>Asks a running server, and turns what can go wrong into an exit code and a sentence.</summary>
internal sealed class BongsuClient : IDisposable
{
    // Longer than a server lets a query run (--query-timeout), so that its own answer is the one that is told.
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = TimeSpan.FromSeconds(150) };
    private readonly string _url;
    private readonly string? _token;

    public BongsuClient(string url, string? token)
    {
        _url = url.TrimEnd('/');
        _token = token;
        if (!string.IsNullOrEmpty(token))
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public async Task<(JsonDocument? Document, int ExitCode)> GetAsync(string path, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(_url + path, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.IsSuccessStatusCode)
                return (JsonDocument.Parse(body), ExitCodes.Ok);
            error.WriteLine($"bongsu: {_url}{PathOnly(path)} answered {(int)response.StatusCode}: {Terminal.Safe(Reason(body))}");
            return (null, response.StatusCode == HttpStatusCode.BadRequest ? ExitCodes.Usage : ExitCodes.Failed);
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or InvalidOperationException)
        {
            error.WriteLine($"bongsu: cannot reach {_url}: {e.Message.TrimEnd('.')}. Is the server running? Set --url or BONGSU_URL.");
            return (null, ExitCodes.Unreachable);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            error.WriteLine($"bongsu: {_url} did not answer within {_http.Timeout.TotalSeconds:0} s.");
            return (null, ExitCodes.Unreachable);
        }
        catch (JsonException e)
        {
            error.WriteLine($"bongsu: {_url}{path} answered something that is no JSON: {e.Message}");
            return (null, ExitCodes.Failed);
        }
    }

    public string Url => _url;

    /// <summary>With what the last attempt to open a WebSocket was answered; 0: with nothing.</summary>
    public HttpStatusCode LastStatus { get; private set; }

    /// <summary>Opens a WebSocket; the caller disposes of it.</summary>
    public async Task<ClientWebSocket> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var address = new UriBuilder(_url + path);
        address.Scheme = address.Scheme == "https" ? "wss" : "ws";
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (!string.IsNullOrEmpty(_token))
            socket.Options.SetRequestHeader("Authorization", "Bearer " + _token);
        try
        {
            await socket.ConnectAsync(address.Uri, cancellationToken);
            return socket;
        }
        catch
        {
            LastStatus = socket.HttpStatusCode;
            socket.Dispose();
            throw;
        }
    }

    // Bongsu's own API wraps its sentence; Loki's and Tempo's are plain text.
    private static string Reason(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message))
                return message.ToString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // It is what it is.
        }
        return body.Trim();
    }

    // The query of a request is what the user has just typed.
    private static string PathOnly(string path) => path.IndexOf('?') is > 0 and var end ? path[..end] : path;

    public void Dispose() => _http.Dispose();
}
