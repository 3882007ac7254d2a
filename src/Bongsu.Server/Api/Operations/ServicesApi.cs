using Bongsu.Response.Services;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET /bongsu/v1/services and /bongsu/v1/services/{name}.</summary>
internal static class ServicesApi
{
    private static readonly TimeSpan DefaultSpan = TimeSpan.FromHours(1);

    public static void Map(IEndpointRouteBuilder routes, ServiceCatalog catalog, TimeProvider time)
    {
        routes.MapGet("/bongsu/v1/services", async (HttpRequest request, CancellationToken cancellationToken) =>
        {
            if (TimeParameter.Range(request, time.GetUtcNow().ToUnixTimeMilliseconds(), DefaultSpan, out var problem) is not { } range)
                return ApiErrors.BadRequest("badTime", problem);
            return Results.Ok(await catalog.ListAsync(range.FromMs, range.ToMs, cancellationToken));
        });
        routes.MapGet("/bongsu/v1/services/{name}", async (string name, HttpRequest request, CancellationToken cancellationToken) =>
        {
            if (TimeParameter.Range(request, time.GetUtcNow().ToUnixTimeMilliseconds(), DefaultSpan, out var problem) is not { } range)
                return ApiErrors.BadRequest("badTime", problem);
            long? stepMs = null;
            if (request.Query["step"].ToString() is { Length: > 0 } step)
            {
                if (!TimeParameter.TryDuration(step, out var parsedMs))
                    return ApiErrors.BadRequest("badStep", $"step: \"{TimeParameter.Shown(step)}\" is no duration; give ms or such as 30s");
                stepMs = parsedMs;
            }
            return await catalog.DetailAsync(name, range.FromMs, range.ToMs, stepMs, cancellationToken) is { } detail ? Results.Ok(detail)
                : ApiErrors.NotFound("noSuchService", $"no telemetry of a service \"{TimeParameter.Shown(name)}\" between {range.FromMs} and {range.ToMs}");
        });
    }
}
