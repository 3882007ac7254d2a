using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Ingest.Receive;
using Bongsu.Ingest.Scrape.Jobs;

namespace Bongsu.Ingest.Scrape.Fetch;

/// <summary>Fetches what targets show, under the limits of their job: on size, inflated too, and on time. Thread-safe.</summary>
internal sealed class ScrapeClient : IDisposable
{
    private readonly ScrapeJob _job;
    private readonly HttpClient _http;
    private readonly BodyReader _bodies;
    private readonly InflightBytes _budget;
    private readonly TimeProvider _time;
    private readonly string _userAgent;
    private readonly string _accept;
    private readonly int _maxBodyBytes;

    public ScrapeClient(ScrapeJob job, HttpMessageHandler handler, ScrapeLimits limits, IngestLimits ingest, InflightBytes budget, string userAgent, TimeProvider time)
    {
        _job = job;
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _maxBodyBytes = (int)Math.Min(job.BodySizeLimit > 0 ? job.BodySizeLimit : limits.BodyBytes, limits.ConcurrentBodyBytes / 2);
        _bodies = new BodyReader(ingest with { BodyBytes = _maxBodyBytes, InflatedBytes = _maxBodyBytes }, budget);
        _budget = budget;
        _userAgent = userAgent;
        _accept = AcceptHeader.Of(job.Protocols);
        _time = time;
    }

    /// <summary>A body and its form, or what went wrong, without secrets. The caller disposes of the body.</summary>
    public async Task<(PooledBuffer? Body, ExpositionFormat Format, string? Error)> FetchAsync(Uri url, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = Request(url, timeout);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return (null, default, $"server returned HTTP status {(int)response.StatusCode} {response.ReasonPhrase}");
            var type = response.Content.Headers.TryGetValues("Content-Type", out var types) ? string.Join(",", types) : "";
            if ((ExpositionType.Of(type) ?? (_job.FallbackProtocol is { } fallback ? ScrapeJob.FormatOf(fallback) : null)) is not { } format)
                return (null, default, TypeError(type));
            var (body, error) = await ReadAsync(response.Content, both.Token);
            return (body, format, error);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, default, $"the target did not answer within the scrape timeout of {timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)}s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
        {
            return (null, default, Reason(e));
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What a person needs of an exception: the innermost sentence says most. Never a header, so never a secret.</summary>
    public static string Reason(Exception e)
    {
        var inner = e.GetBaseException().Message;
        return e is HttpRequestException && !e.Message.Contains(inner, StringComparison.Ordinal) ? $"{e.Message} ({inner})" : e.Message;
    }

    public static void Authorize(HttpRequestMessage request, ScrapeHttp http)
    {
        if (http.BasicUser is not null || http.BasicPassword is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{http.BasicUser}:{http.BasicPassword?.Read()}")));
        else if (http.AuthorizationCredentials is { } credentials)
            request.Headers.TryAddWithoutValidation("Authorization", $"{http.AuthorizationType} {Line(credentials.Read())}");
    }

    // Why: a line end within a header would be refused with an exception that shows the header.
    private static string Line(string secret) => secret.AsSpan().IndexOfAny('\r', '\n', '\0') < 0 ? secret : throw new IOException("the credentials hold a line end, which no header can");

    private HttpRequestMessage Request(Uri url, TimeSpan timeout)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (_job.Http.EnableHttp2 && url.Scheme == Uri.UriSchemeHttps)
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
        request.Headers.TryAddWithoutValidation("Accept", _accept);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", _job.EnableCompression ? "gzip" : "identity");
        request.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        request.Headers.TryAddWithoutValidation("X-Prometheus-Scrape-Timeout-Seconds", timeout.TotalSeconds.ToString("R", CultureInfo.InvariantCulture));
        Authorize(request, _job.Http);
        return request;
    }

    private async Task<(PooledBuffer? Body, string? Error)> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var encoding = string.Join(",", content.Headers.ContentEncoding).Trim().ToLowerInvariant();
        if (encoding is not ("" or "identity" or "gzip"))
            return (null, $"the body has the Content-Encoding \"{encoding}\", which was not asked for");
        if (content.Headers.ContentLength > _maxBodyBytes)
            return (null, SizeError());
        var body = new PooledBuffer(_budget);
        string? error;
        try
        {
            error = await FillAsync(body, content, cancellationToken);
        }
        catch
        {
            body.Dispose();
            throw;
        }
        if (error is null && encoding != "gzip")
            return (body, null);
        if (error is not null)
        {
            body.Dispose();
            return (null, error);
        }
        var (inflated, failure) = _bodies.Gunzip(body);
        return failure is null ? (inflated, null) : (null, failure.Status == 413 ? SizeError() : failure.Message);
    }

    private async Task<string?> FillAsync(PooledBuffer body, HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        while (true)
        {
            if (!body.TryGrow(_maxBodyBytes + 1))
                return $"the bodies of all scrapes under way hold {_budget.Limit} bytes, which is the limit";
            var read = await stream.ReadAsync(body.Room, cancellationToken);
            if (read == 0)
                return null;
            body.Commit(read);
            if (body.Length > _maxBodyBytes)
                return SizeError();
        }
    }

    private string SizeError() => $"body size limit exceeded: more than {_maxBodyBytes} bytes{(_job.BodySizeLimit > 0 ? "" : "; raise body_size_limit if that is right")}";

    private static string TypeError(string type) => type.Length == 0
        ? "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target"
        : $"received unsupported Content-Type \"{(type.Length <= 100 ? type : type[..100])}\" and no fallback_scrape_protocol specified for target";
}
