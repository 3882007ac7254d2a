using System.Text;
using Bongsu.Query;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>One request and the envelope of its answer.</summary>
internal sealed class PrometheusRequest(HttpContext context, PrometheusParameters parameters)
{
    private const string Overloaded = "unavailable";

    /// <summary>Of a long answer so much waits in memory before the client has to take it.</summary>
    private const int SendBytes = 128 * 1024;

    public PrometheusParameters Parameters { get; } = parameters;

    public HttpRequest Http => context.Request;

    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>Writes <c>{"status":"success","data":…}</c> with what is to be said about it.</summary>
    public void Succeed(Action<PrometheusJson> data, IReadOnlyCollection<string>? warnings = null, IReadOnlyCollection<string>? infos = null)
    {
        using var json = Begin();
        data(json);
        End(json, warnings, infos);
    }

    /// <summary>
    /// The same with an array that may be long, between what stands before and after it in the data: it is sent while it is written, as fast as the client takes it.
    /// </summary>
    public async ValueTask SucceedAsync<T>(string before, IEnumerable<T> items, Action<PrometheusJson, T> write, string after,
        IReadOnlyCollection<string>? warnings = null, IReadOnlyCollection<string>? infos = null)
    {
        using var json = Begin();
        json.Raw(Encoding.UTF8.GetBytes(before + "["));
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                json.Raw(","u8);
            first = false;
            write(json, item);
            if (json.Unsent < SendBytes)
                continue;
            await context.Response.BodyWriter.FlushAsync(Aborted);
            json.Unsent = 0;
        }
        json.Raw(Encoding.UTF8.GetBytes("]" + after));
        End(json, warnings, infos);
    }

    private PrometheusJson Begin()
    {
        context.Response.ContentType = "application/json";
        return new PrometheusJson(context.Response.BodyWriter).Raw("{\"status\":\"success\",\"data\":"u8);
    }

    private void End(PrometheusJson json, IReadOnlyCollection<string>? warnings, IReadOnlyCollection<string>? infos)
    {
        if (warnings is { Count: > 0 })
            json.Raw(",\"warnings\":"u8).Array(warnings, static (j, w) => j.Text(w));
        if (infos is { Count: > 0 })
            json.Raw(",\"infos\":"u8).Array(infos, static (j, i) => j.Text(i));
        json.Raw("}"u8);
        // Why: an answer of known length needs no chunks, on either side.
        if (json.WholeBytes is { } bytes)
            context.Response.ContentLength = bytes;
        json.Spill();
    }

    public void NoContent() => context.Response.StatusCode = StatusCodes.Status204NoContent;

    public static void WriteError(HttpResponse response, PrometheusError error)
    {
        response.StatusCode = error.Status;
        if (error is { Status: StatusCodes.Status503ServiceUnavailable, ErrorType: Overloaded })
            response.Headers.RetryAfter = QueryReply.RetryAfterSeconds;
        response.ContentType = "application/json";
        using var json = new PrometheusJson(response.BodyWriter);
        json.Raw("{\"status\":\"error\",\"errorType\":"u8).Text(error.ErrorType)
            .Raw(",\"error\":"u8).Text(error.Message).Raw("}"u8).Spill();
    }

    /// <summary>The error that a failed query is answered with.</summary>
    public static PrometheusError ErrorOf(QueryFailure failure) => failure.Kind switch
    {
        QueryFailureKind.BadQuery => PrometheusError.BadParameter("query", failure.Message),
        QueryFailureKind.Timeout => new PrometheusError(StatusCodes.Status503ServiceUnavailable, "timeout", failure.Message),
        QueryFailureKind.Overloaded => new PrometheusError(StatusCodes.Status503ServiceUnavailable, Overloaded, failure.Message),
        QueryFailureKind.Unsupported => new PrometheusError(StatusCodes.Status501NotImplemented, "unavailable", failure.Message),
        _ => new PrometheusError(StatusCodes.Status422UnprocessableEntity, "execution", failure.Message),
    };
}
