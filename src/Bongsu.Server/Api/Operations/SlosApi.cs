using Bongsu.Response;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET /bongsu/v1/slos and /bongsu/v1/slos/{id}.</summary>
internal static class SlosApi
{
    private static readonly TimeSpan DefaultSpan = TimeSpan.FromHours(1);

    public static void Map(IEndpointRouteBuilder routes, ResponseRuntime response, TimeProvider time)
    {
        routes.MapGet("/bongsu/v1/slos", () => ResponseAnswer.Of(new { slos = response.Slos.All, problems = response.Problems }));
        routes.MapGet("/bongsu/v1/slos/{id}", async (string id, HttpRequest request, CancellationToken cancellationToken) =>
        {
            if (TimeParameter.Range(request, time.GetUtcNow().ToUnixTimeMilliseconds(), DefaultSpan, out var problem) is not { } range)
                return ApiErrors.BadRequest("badTime", problem);
            return await response.Slos.DetailAsync(id, range.FromMs, range.ToMs, cancellationToken) is { } detail
                ? ResponseAnswer.Of(detail.Row, ("burn", detail.Burn), ("sliSeries", detail.SliSeries))
                : ApiErrors.NotFound("notFound", $"there is no objective {TimeParameter.Shown(id)}");
        });
    }
}
