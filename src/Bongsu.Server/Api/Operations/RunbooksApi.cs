using Bongsu.Response;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET /bongsu/v1/runbooks and /bongsu/v1/runbooks/{name}. Runbooks are text inside JSON, never HTML.</summary>
internal static class RunbooksApi
{
    public static void Map(IEndpointRouteBuilder routes, ResponseRuntime response)
    {
        routes.MapGet("/bongsu/v1/runbooks", () => ResponseAnswer.Of(new { runbooks = response.Runbooks.All.Select(r => new { r.Name, r.Title }) }));
        routes.MapGet("/bongsu/v1/runbooks/{name}", (string name) => response.Runbooks.Find(name) is { } runbook
            ? ResponseAnswer.Of(runbook)
            : ApiErrors.NotFound("notFound", $"there is no runbook {TimeParameter.Shown(name)}"));
    }
}
