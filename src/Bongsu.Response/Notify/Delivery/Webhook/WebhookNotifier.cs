using System.Net.Http.Headers;

namespace Bongsu.Response.Notify.Delivery.Webhook;

/// <summary>
/// Posts JSON. Any 2xx is delivered; 408, 429 and 5xx may pass; other answers will not change by asking again. Redirects are not followed: the
/// address is the operator's choice and nobody else's.
/// </summary>
internal sealed class WebhookNotifier(TimeProvider time) : INotifier, IDisposable
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    public async Task<SendResult> SendAsync(string target, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ReadOnlyMemoryContent(message) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Bongsu", null));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var status = (int)response.StatusCode;
            if (response.IsSuccessStatusCode)
                return new SendResult(true, status, null);
            return new SendResult(false, status, $"answered {status} {response.ReasonPhrase}".TrimEnd(), Permanent: status is (>= 300 and < 500) and not (408 or 429));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return new SendResult(false, null, $"no answer within {Timeout.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new SendResult(false, null, failure.Message);
        }
    }

    public void Dispose() => _http.Dispose();
}
