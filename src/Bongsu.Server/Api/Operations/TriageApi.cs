using Bongsu.Response.Triage;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET /bongsu/v1/triage: runs it now.</summary>
internal static class TriageApi
{
    // How long ago an incident has begun when nobody says.
    private static readonly TimeSpan DefaultSpan = TimeSpan.FromMinutes(5);

    public static void Map(IEndpointRouteBuilder routes, TriageEngine engine, TriageWindows windows, TimeProvider time)
    {
        routes.MapGet("/bongsu/v1/triage", async (HttpRequest request, CancellationToken cancellationToken) =>
        {
            var service = request.Query["service"].ToString();
            if (service.Length == 0)
                return ApiErrors.BadRequest("noService", "service is missing: name the service whose indicator is off");
            if (TimeParameter.Range(request, time.GetUtcNow().ToUnixTimeMilliseconds(), DefaultSpan, out var problem) is not { } range)
                return ApiErrors.BadRequest("badTime", problem);
            switch (request.Query["kind"].ToString())
            {
                case "errors":
                    return Results.Ok(await engine.RunAsync(Of(TriageKind.Errors), cancellationToken));
                case "latency":
                    return Results.Ok(await engine.RunAsync(Of(TriageKind.Latency), cancellationToken));
                case "":
                    // Failures come first: a request that fails matters more than one that waits.
                    var errors = await engine.RunAsync(Of(TriageKind.Errors), cancellationToken);
                    return Results.Ok(errors.Outcome == TriageOutcome.NoIncident ? await engine.RunAsync(Of(TriageKind.Latency), cancellationToken) : errors);
                case var kind:
                    return ApiErrors.BadRequest("badKind", $"kind: \"{TimeParameter.Shown(kind)}\" is neither errors nor latency");
            }

            TriageRequest Of(TriageKind kind) => new(service, kind, range.FromMs, range.ToMs, windows);
        });
    }
}
