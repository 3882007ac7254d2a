using Bongsu.Query;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>One request and the envelope of its answer.</summary>
internal sealed class PrometheusRequest(HttpContext context, PrometheusParameters parameters)
{
    public PrometheusParameters Parameters { get; } = parameters;

    public HttpRequest Http => context.Request;

    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>Writes <c>{"status":"success","data":…}</c> with what is to be said about it.</summary>
    public void Succeed(Action<PrometheusJson> data, IReadOnlyCollection<string>? warnings = null, IReadOnlyCollection<string>? infos = null)
    {
        context.Response.ContentType = "application/json";
        var json = new PrometheusJson(context.Response.BodyWriter).Raw("{\"status\":\"success\",\"data\":"u8);
        data(json);
        if (warnings is { Count: > 0 })
            json.Raw(",\"warnings\":"u8).Array(warnings, static (j, w) => j.Text(w));
        if (infos is { Count: > 0 })
            json.Raw(",\"infos\":"u8).Array(infos, static (j, i) => j.Text(i));
        json.Raw("}"u8);
    }

    public void NoContent() => context.Response.StatusCode = StatusCodes.Status204NoContent;

    public static void WriteError(HttpResponse response, PrometheusError error)
    {
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        new PrometheusJson(response.BodyWriter).Raw("{\"status\":\"error\",\"errorType\":"u8).Text(error.ErrorType)
            .Raw(",\"error\":"u8).Text(error.Message).Raw("}"u8);
    }

    /// <summary>The error that a failed query is answered with.</summary>
    public static PrometheusError ErrorOf(QueryFailure failure) => failure.Kind switch
    {
        QueryFailureKind.BadQuery => PrometheusError.BadParameter("query", failure.Message),
        QueryFailureKind.Timeout => new PrometheusError(StatusCodes.Status503ServiceUnavailable, "timeout", failure.Message),
        QueryFailureKind.Unsupported => new PrometheusError(StatusCodes.Status501NotImplemented, "unavailable", failure.Message),
        _ => new PrometheusError(StatusCodes.Status422UnprocessableEntity, "execution", failure.Message),
    };
}
