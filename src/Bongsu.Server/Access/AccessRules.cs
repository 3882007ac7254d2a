using Bongsu.Server.Hosting;

namespace Bongsu.Server.Access;

/// <summary>Which role a path needs. What is not named needs <see cref="Role.View"/>, and a change <see cref="Role.Respond"/>.</summary>
public static class AccessRules
{
    private static readonly string[] IngestPaths = ["/api/v1/write", "/api/v1/otlp", "/loki/api/v1/push", "/bongsu/v1/logs/jsonl", "/api/v2/spans", "/api/traces", "/metrics/job", "/metrics/job@base64"];

    // Reads that come as POST because queries are long.
    private static readonly string[] PostedReads = ["/api/v1/", "/loki/api/v1/"];

    public static Role RoleFor(HttpRequest request, ListenerKind listener)
    {
        if (listener != ListenerKind.Web)
            return Role.Ingest;
        var path = request.Path;
        if (IsOpen(path))
            return Role.None;
        foreach (var prefix in IngestPaths)
        {
            if (path.StartsWithSegments(prefix))
                return Role.Ingest;
        }
        if (path.StartsWithSegments("/-") || path.StartsWithSegments("/api/v1/admin") || path.StartsWithSegments("/loki/api/v1/delete") || path.StartsWithSegments("/bongsu/v1/traces/delete") || path.StartsWithSegments("/bongsu/v1/audit"))
            return Role.Admin;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return Role.View;
        foreach (var prefix in PostedReads)
        {
            if (path.Value!.StartsWith(prefix, StringComparison.Ordinal))
                return Role.View;
        }
        return Role.Respond;
    }

    // Health, the login itself, and the page's own files, which hold no data.
    private static bool IsOpen(PathString path) =>
        path == "/livez" || path == "/readyz" || path == "/startupz" || path == "/bongsu/v1/session" || !IsApi(path);

    public static bool IsApi(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/loki") || path.StartsWithSegments("/tempo") || path.StartsWithSegments("/jaeger") || path.StartsWithSegments("/bongsu")
        || path.StartsWithSegments("/metrics") || path.StartsWithSegments("/-");
}
