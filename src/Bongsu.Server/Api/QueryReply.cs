using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bongsu.Query;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api;

/// <summary>What the replies of the Loki, Tempo and Jaeger APIs share.</summary>
internal static class QueryReply
{
    /// <summary>Text as it is: these are no pages.</summary>
    public static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>When to ask again after a refusal: who was refused has waited for a slot already, and queries take far less.</summary>
    public const string RetryAfterSeconds = "5";

    /// <summary>The HTTP status of a failed query, where the API has no form of its own for it.</summary>
    public static int StatusOf(QueryFailure failure) => failure.Kind switch
    {
        QueryFailureKind.BadQuery => StatusCodes.Status400BadRequest,
        QueryFailureKind.Execution => StatusCodes.Status422UnprocessableEntity,
        QueryFailureKind.Timeout => StatusCodes.Status504GatewayTimeout,
        QueryFailureKind.Overloaded => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status501NotImplemented,
    };

    /// <summary>Says on a response when to ask again, where that is what helps.</summary>
    public static void SetRetryAfter(HttpResponse response, QueryFailure failure)
    {
        if (failure.Kind == QueryFailureKind.Overloaded)
            response.Headers.RetryAfter = RetryAfterSeconds;
    }

    /// <summary>A failed query as plain text.</summary>
    public static Task SendFailureAsync(HttpContext context, QueryFailure failure)
    {
        SetRetryAfter(context.Response, failure);
        return SendErrorAsync(context, StatusOf(failure), failure.Message);
    }

    /// <summary>A failure as plain text.</summary>
    public static Task SendErrorAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message, context.RequestAborted);
    }

    /// <summary>Sends what <paramref name="write"/> writes, with its length.</summary>
    public static async Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Json))
            write(writer);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    /// <summary>status/buildinfo as Grafana reads it: by the version it decides which features to use.</summary>
    public static Task SendBuildAsync(HttpContext context, string version) => SendAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("version", version);
        foreach (var unknown in (string[])["revision", "branch", "buildUser", "buildDate", "goVersion"])
            json.WriteString(unknown, "");
        json.WriteString("application", "bongsu");
        json.WriteEndObject();
    });
}
