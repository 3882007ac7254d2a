using Bongsu.Ingest;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET /bongsu/v1/lint: what makes the logs and spans of services worth less than they could be.</summary>
internal static class LintApi
{
    public static void Map(IEndpointRouteBuilder routes, IngestService ingest, TimeProvider time) =>
        routes.MapGet("/bongsu/v1/lint", (HttpRequest request) =>
        {
            var service = request.Query["service"].ToString();
            var report = ingest.Lint(service.Length > 0 ? service : null);
            return Results.Ok(new
            {
                asOfMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
                windowMs = (long)report.Window.TotalMilliseconds,
                findings = report.Findings,
                services = report.Services,
            });
        });
}
