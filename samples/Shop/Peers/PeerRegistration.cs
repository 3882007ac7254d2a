namespace Shop.Peers;

/// <summary>Registers a peer by the environment variable that holds its addresses.</summary>
internal static class PeerRegistration
{
    public static void AddPeer(this WebApplicationBuilder builder, string name, string defaultUrl, TimeSpan timeout)
    {
        var upstreams = new Upstreams(builder.Configuration[$"SHOP_{name.ToUpperInvariant()}_URL"] ?? defaultUrl);
        // Why not HttpClient.Timeout: each attempt has its own limit, and it is told apart from the caller leaving.
        builder.Services.AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddKeyedSingleton(name, (services, _) =>
            new PeerClient(services.GetRequiredService<IHttpClientFactory>().CreateClient(name), name, upstreams, timeout));
    }
}
