using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Telemetry.Events;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET /bongsu/v1/sampling: what is kept of traces and logs and by which policy; with <c>?trace=ID</c>, what was decided of one trace and why.</summary>
internal static class SamplingApi
{
    public static void Map(IEndpointRouteBuilder routes, Sampler sampler) =>
        routes.MapGet("/bongsu/v1/sampling", (HttpRequest request) =>
        {
            if (request.Query["trace"].ToString() is not { Length: > 0 } text)
                return Results.Ok(SamplingAnswer.Of(sampler.Report(), null));
            if (!TraceId.TryParse(text, out var trace))
                return ApiErrors.BadRequest("badTrace", $"trace: ids are 1 to 32 hexadecimal digits; \"{(text.Length <= 80 ? text : text[..80])}\" is none");
            return Results.Ok(SamplingAnswer.Of(sampler.Report(), SamplingAnswer.TraceRow.Of(trace, sampler.Find(trace))));
        });
}
