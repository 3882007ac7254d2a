using System.Net.Http.Headers;
using System.Text.Json;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands;

/// <summary>Asks a running server, and turns what can go wrong into an exit code and a sentence.</summary>
internal sealed class BongsuClient : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly string _url;

    public BongsuClient(string url, string? token)
    {
        _url = url.TrimEnd('/');
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
            error.WriteLine($"bongsu: {_url}{path} answered {(int)response.StatusCode}: {body.Trim()}");
            return (null, ExitCodes.Failed);
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or InvalidOperationException)
        {
            error.WriteLine($"bongsu: cannot reach {_url}: {e.Message}. Is the server running? Set --url or BONGSU_URL.");
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

    public void Dispose() => _http.Dispose();
}
