using System.Net;

namespace Bongsu.Server.Access;

/// <summary>
/// Lets a request through when its sender's role is enough for its path, and puts the sender's name beside it for the audit trail. Requests that a
/// browser sends on behalf of another site are refused: a page elsewhere must not act on a server that trusts its own machine.
/// </summary>
/// <param name="publicHost">Name that a proxy in front uses (host of <c>--public-url</c>); empty: this machine's own names only.</param>
public sealed class AccessMiddleware(RequestDelegate next, AccessControl control, string publicHost)
{
    /// <summary>Key of the sender's name in <see cref="HttpContext.Items"/>.</summary>
    public const string ActorItem = "bongsu.actor";

    public async Task InvokeAsync(HttpContext context)
    {
        var needed = AccessRules.RoleFor(context.Request, Hosting.Listener.Of(context));
        var actor = control.Identify(context.Request);
        context.Items[ActorItem] = actor.Name;
        context.Features.Set(actor);
        if (IsForeign(context.Request))
            await RefuseAsync(context, 403, "crossSite", "This request comes from another site or names another host; open Bongsu's own page instead.");
        else if (actor.May(needed))
            await next(context);
        else if (actor.Role == Role.None)
            await RefuseAsync(context, 401, "unauthenticated", "A bearer token is needed: Authorization: Bearer TOKEN.");
        else
            await RefuseAsync(context, 403, "forbidden", $"\"{actor.Name}\" has the role {actor.Role.ToString().ToLowerInvariant()}; this needs {needed.ToString().ToLowerInvariant()}.");
    }

    private bool IsForeign(HttpRequest request)
    {
        // Without tokens, the Host header must name this machine or the public name, or any site could reach us by pointing its own name here (DNS rebinding).
        if (!control.IsRequired && request.Host.HasValue && !IsThisMachine(request.Host.Host))
            return true;
        return request.Headers.Origin is { Count: > 0 } origin && !HttpMethods.IsGet(request.Method)
            && (!Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var url) || !string.Equals(url.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private bool IsThisMachine(string host) =>
        (publicHost.Length > 0 && host.Equals(publicHost, StringComparison.OrdinalIgnoreCase)) || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        if (Hosting.Listener.Of(context) == Hosting.ListenerKind.OtlpGrpc)
        {
            // gRPC: 16 unauthenticated, 7 permission denied; a response of trailers only.
            context.Response.StatusCode = 200;
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = status == 401 ? "16" : "7";
            context.Response.Headers["grpc-message"] = Uri.EscapeDataString(message);
            return Task.CompletedTask;
        }
        context.Response.StatusCode = status;
        if (status == 401)
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"bongsu\"";
        return context.Response.WriteAsJsonAsync(new { error = new { code, message } });
    }
}
