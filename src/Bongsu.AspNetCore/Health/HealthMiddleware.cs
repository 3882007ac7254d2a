using System.Text.Json;
using Bongsu.AspNetCore.Requests;
using Bongsu.AspNetCore.Shutdown;
using Microsoft.AspNetCore.Http;

namespace Bongsu.AspNetCore.Health;

/// <summary>Answers <c>/livez</c>, <c>/readyz</c> and <c>/startupz</c> from the last results, before authentication and routing; probes leave no telemetry.</summary>
internal sealed class HealthMiddleware(RequestDelegate next, HealthChecks checks, ServiceState state)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return next(context);
        return request.Path.Value switch
        {
            "/livez" => Answer(context, true, "alive"),
            "/readyz" => Ready(context),
            "/startupz" => state.HasStarted && checks.PassedOnce ? Answer(context, true, "started") : Answer(context, false, "starting"),
            _ => next(context),
        };
    }

    private Task Ready(HttpContext context)
    {
        if (state.IsStopping)
            return Answer(context, false, "stopping");
        if (!state.HasStarted || !checks.PassedOnce)
            return Answer(context, false, "starting");
        return checks.AllHardHealthy ? Answer(context, true, "ready") : Answer(context, false, "unready");
    }

    private async Task Answer(HttpContext context, bool isGood, string status)
    {
        RequestMiddleware.Untraced(context);
        var response = context.Response;
        response.StatusCode = isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(Body(status), context.RequestAborted);
    }

    private byte[] Body(string status)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status", status);
            json.WriteStartArray("checks");
            foreach (var check in checks.States)
            {
                json.WriteStartObject();
                json.WriteString("name", check.Dependency.Name);
                json.WriteString("importance", check.Dependency.Importance == DependencyImportance.Hard ? "hard" : "soft");
                json.WriteString("state", check.Healthy switch { true => "healthy", false => "unhealthy", null => "unknown" });
                if (check.Reason is not null)
                    json.WriteString("reason", check.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
