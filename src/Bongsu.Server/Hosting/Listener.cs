using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bongsu.Server.Hosting;

public enum ListenerKind
{
    Web,
    OtlpHttp,
    OtlpGrpc,
}

/// <summary>Marks connections with the address they came in on, so that each of the three serves its own paths alone.</summary>
public static class Listener
{
    private static readonly object Key = new();

    public static ListenOptions Mark(this ListenOptions options, ListenerKind kind)
    {
        options.Use(next => connection =>
        {
            connection.Items[Key] = kind;
            return next(connection);
        });
        return options;
    }

    public static ListenOptions Speaking(this ListenOptions options, HttpProtocols protocols)
    {
        options.Protocols = protocols;
        return options;
    }

    /// <summary>The kind of the connection; <see cref="ListenerKind.Web"/> where nobody marked it (the in-memory test server).</summary>
    public static ListenerKind Of(HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(Key, out var kind) == true && kind is ListenerKind known ? known : ListenerKind.Web;
}
