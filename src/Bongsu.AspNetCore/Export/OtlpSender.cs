using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Export;

/// <summary>
/// Delivers encoded batches over HTTP. Retries what the protocol calls retryable, honouring Retry-After within bounds; everything not delivered is counted.
/// Its own requests leave no span, metric or exported log. One call at a time per signal.
/// </summary>
internal sealed partial class OtlpSender : IDisposable
{
    // A partial-success answer is a few hundred bytes; a server that sends more is not an OTLP receiver.
    private const int MaxAnswerBytes = 64 * 1024;

    private readonly ExportOptions _options;
    private readonly ExporterMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<OtlpSender> _logger;
    private readonly HttpClient _client;
    private readonly PrivateMeters _meters = new();
    private readonly Uri[] _addresses;
    private readonly bool[] _failing = new bool[3];
    private readonly bool[] _partialTold = new bool[3];

    public OtlpSender(BongsuOptions options, ExporterMetrics metrics, TimeProvider time, ILogger<OtlpSender> logger)
    {
        _options = options.Export;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        // Why no propagator and a private meter factory: the exporter's own calls must not become telemetry that is exported by further calls.
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            MeterFactory = _meters,
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(5),
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
        foreach (var (name, value) in _options.Headers)
            _client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        _addresses =
        [
            _options.TracesEndpoint ?? Address("v1/traces"), _options.MetricsEndpoint ?? Address("v1/metrics"), _options.LogsEndpoint ?? Address("v1/logs"),
        ];
    }

    public void Dispose()
    {
        _client.Dispose();
        _meters.Dispose();
    }

    /// <summary>Returns when delivered, dropped or cancelled; never throws.</summary>
    public async Task SendAsync(Signal signal, ReadOnlyMemory<byte> body, int items, int maxAttempts, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var attempted = await AttemptAsync(signal, body, items, cancellationToken);
            if (!attempted.Retry)
                return;
            if (attempt >= maxAttempts || cancellationToken.IsCancellationRequested)
            {
                _metrics.Dropped(signal, items, ExporterMetrics.Unreachable);
                return;
            }
            await Wait(RetryDelay.After(attempt, attempted.RetryAfter, _options.MaxBackoff, Random.Shared.NextDouble()), cancellationToken);
        }
    }

    private async Task<Attempt> AttemptAsync(Signal signal, ReadOnlyMemory<byte> body, int items, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _addresses[(int)signal]) { Content = Content(body) };
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            if (response.IsSuccessStatusCode)
            {
                await Delivered(signal, response, items);
                return new Attempt(false);
            }
            Failing(signal, $"HTTP {(int)response.StatusCode}");
            if (IsRetryable(response.StatusCode))
                return new Attempt(true, RetryAfter(response));
            _metrics.Dropped(signal, items, ExporterMetrics.Refused);
            return new Attempt(false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            Failing(signal, limit.IsCancellationRequested ? "timeout" : e.GetType().Name);
            return new Attempt(true);
        }
    }

    private async Task Delivered(Signal signal, HttpResponseMessage response, int items)
    {
        if (_failing[(int)signal])
        {
            _failing[(int)signal] = false;
            Recovered(signal);
        }
        var (rejected, why) = PartialSuccess.Read(await response.Content.ReadAsByteArrayAsync(CancellationToken.None));
        // Why the bounds: a confused server may claim to have rejected more than it was sent.
        rejected = Math.Clamp(rejected, 0, items);
        _metrics.Sent(signal, items - rejected);
        _metrics.Dropped(signal, rejected, ExporterMetrics.Refused);
        if ((rejected > 0 || why.Length > 0) && !_partialTold[(int)signal])
        {
            _partialTold[(int)signal] = true;
            Partial(signal, rejected, why);
        }
    }

    private void Failing(Signal signal, string why)
    {
        if (_failing[(int)signal])
            return;
        _failing[(int)signal] = true;
        NotDelivered(signal, _addresses[(int)signal].GetLeftPart(UriPartial.Path), why);
    }

    private HttpContent Content(ReadOnlyMemory<byte> body)
    {
        var content = _options.Gzip ? new ReadOnlyMemoryContent(Compress(body.Span)) : new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        if (_options.Gzip)
            content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private static byte[] Compress(ReadOnlySpan<byte> body)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(body);
        return compressed.ToArray();
    }

    private static bool IsRetryable(HttpStatusCode status) => (int)status is 429 or 502 or 503 or 504;

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };

    private async Task Wait(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, _time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Why: at shutdown one last attempt is made at once, within the flush bound.
        }
    }

    private Uri Address(string path) => new(_options.Endpoint.AbsoluteUri.TrimEnd('/') + "/" + path);

    private readonly record struct Attempt(bool Retry, TimeSpan? RetryAfter = null);

    private sealed class PrivateMeters : IMeterFactory
    {
        private readonly List<Meter> _created = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            var meter = new Meter(options);
            _created.Add(meter);
            return meter;
        }

        public void Dispose() => _created.ForEach(m => m.Dispose());
    }
}
