namespace Shop.Peers;

/// <summary>Calls one peer service, each attempt within a time limit. Reads are tried twice, at the next instance; writes never are.</summary>
internal sealed class PeerClient(HttpClient client, string name, Upstreams upstreams, TimeSpan timeout)
{
    public string Name => name;
    public Upstreams Upstreams => upstreams;

    public async Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
            if ((int)response.StatusCode < 500)
                return response;
            response.Dispose();
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            // The second attempt decides.
        }
        return await SendAsync(HttpMethod.Get, path, null, cancellationToken);
    }

    public Task<HttpResponseMessage> PostAsync<T>(string path, T body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, JsonContent.Create(body), cancellationToken);

    public Task<HttpResponseMessage> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, null, cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var request = new HttpRequestMessage(method, new Uri(upstreams.Next(), path)) { Content = body };
        try
        {
            return await client.SendAsync(request, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{name} did not answer {method} within {timeout.TotalSeconds:0.##} s.");
        }
    }
}
