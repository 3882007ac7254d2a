using System.Text.Json;
using Bongsu.Response.Releases;
using Microsoft.AspNetCore.Http.Features;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET and POST /bongsu/v1/releases.</summary>
internal static class ReleasesApi
{
    private const int MaxBodyBytes = 64 * 1024;
    private static readonly TimeSpan DefaultSpan = TimeSpan.FromDays(1);

    public static void Map(IEndpointRouteBuilder routes, ReleaseLog log, TimeProvider time)
    {
        routes.MapGet("/bongsu/v1/releases", (HttpRequest request) =>
        {
            if (TimeParameter.Range(request, time.GetUtcNow().ToUnixTimeMilliseconds(), DefaultSpan, out var problem) is not { } range)
                return ApiErrors.BadRequest("badTime", problem);
            var service = request.Query["service"].ToString();
            var first = request.Query["first"].ToString();
            if (first is not ("" or "true" or "false"))
                return ApiErrors.BadRequest("badFirst", $"first: \"{TimeParameter.Shown(first)}\" is neither true nor false; true adds the versions that services were first seen with");
            return Results.Ok(new { releases = log.Between(range.FromMs, range.ToMs, service.Length > 0 ? service : null, first == "true") });
        });
        routes.MapPost("/bongsu/v1/releases", async (HttpRequest request, CancellationToken cancellationToken) =>
        {
            if (request.ContentLength > MaxBodyBytes)
                return TooLarge();
            // A body of unannounced length is cut off at the same limit.
            if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                limit.MaxRequestBodySize = MaxBodyBytes;
            ReleaseMark? mark;
            try
            {
                mark = await request.ReadFromJsonAsync<ReleaseMark>(cancellationToken);
            }
            catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                return TooLarge();
            }
            catch (Exception e) when (e is BadHttpRequestException or JsonException or InvalidOperationException)
            {
                return ApiErrors.BadRequest("badBody", $"the body must be JSON such as {{\"service\":\"orders\",\"version\":\"1.4.2\"}}: {e.Message}");
            }
            if (mark is null)
                return ApiErrors.BadRequest("badBody", "the body is empty; send {\"service\",\"version\",\"commit\"?,\"by\"?,\"atMs\"?}");
            return ReleaseLog.Problem(mark, time.GetUtcNow().ToUnixTimeMilliseconds()) is { } problem
                ? ApiErrors.BadRequest("badRelease", problem)
                : Results.Ok(await log.MarkAsync(mark, cancellationToken));
        });
    }

    private static IResult TooLarge() =>
        ApiErrors.Of(StatusCodes.Status413PayloadTooLarge, "tooLarge", $"the body is larger than {MaxBodyBytes} bytes, the limit for a release");
}
