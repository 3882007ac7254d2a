using System.Globalization;
using System.Net;
using Bongsu.Ingest.Scrape.Fetch;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Ingest.Scrape.Targets;

namespace Bongsu.Ingest.Scrape.Discovery;

/// <summary>Targets from an answer over HTTP. An answer that is broken, too large or late changes nothing but the list of problems. Thread-safe.</summary>
internal sealed class HttpTargets(HttpDiscovery discovery, HttpMessageHandler handler, ScrapeLimits limits, string userAgent, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Asks once; the groups of before stay when the answer is not good.</summary>
    public async Task<DiscoveredGroups> AskAsync(DiscoveredGroups before, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(discovery.RefreshInterval, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return new DiscoveredGroups(await FetchAsync(both.Token), []);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return before with { Problems = [$"{ShownUrl.Of(discovery.Url)}: no answer within the refresh interval"] };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or FormatException or InvalidOperationException)
        {
            return before with { Problems = [$"{ShownUrl.Of(discovery.Url)}: {(e is FormatException ? e.Message : ScrapeClient.Reason(e))}"] };
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<IReadOnlyList<TargetGroup>> FetchAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, discovery.Url);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        request.Headers.TryAddWithoutValidation("X-Prometheus-Refresh-Interval-Seconds", discovery.RefreshInterval.TotalSeconds.ToString("R", CultureInfo.InvariantCulture));
        ScrapeClient.Authorize(request, discovery.Http);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new FormatException($"server returned HTTP status {(int)response.StatusCode}");
        if (response.Content.Headers.ContentType is not { MediaType: "application/json" } type || type.CharSet?.Trim('"') is not (null or "" or "utf-8" or "UTF-8"))
            throw new FormatException($"unsupported content type \"{TargetGroupCheck.Short(response.Content.Headers.ContentType?.ToString() ?? "")}\"; it must be application/json");
        return TargetGroupJson.Parse(await ReadAsync(response.Content, cancellationToken), ShownUrl.Of(discovery.Url), limits, ("__meta_url", ShownUrl.Of(discovery.Url)));
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var body = new MemoryStream();
        var buffer = new byte[64 * IngestLimits.KiB];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            body.Write(buffer, 0, read);
            if (body.Length > limits.DiscoveryBytes)
                throw new FormatException($"the answer is over {limits.DiscoveryBytes} bytes, which is the limit");
        }
        return body.ToArray();
    }
}
