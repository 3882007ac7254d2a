using System.Buffers;
using System.Text.Json;
using Bongsu.Query;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>Writes replies in Loki's forms: JSON for answers, plain text for errors.</summary>
internal static class LokiReply
{
    public static readonly JsonWriterOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs a handler; bad requests become 400.</summary>
    public static async Task GuardAsync(HttpContext context, Func<Task> handle)
    {
        try
        {
            await handle();
        }
        catch (LokiBadRequestException e)
        {
            await ErrorAsync(context, StatusCodes.Status400BadRequest, e.Message);
        }
        catch (Exception e) when (e is BadHttpRequestException or InvalidDataException)
        {
            await ErrorAsync(context, StatusCodes.Status400BadRequest, "the form cannot be read: " + e.Message);
        }
    }

    public static Task FailureAsync(HttpContext context, QueryFailure failure) => ErrorAsync(context, failure.Kind switch
    {
        QueryFailureKind.BadQuery => StatusCodes.Status400BadRequest,
        QueryFailureKind.Execution => StatusCodes.Status422UnprocessableEntity,
        QueryFailureKind.Timeout => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status501NotImplemented,
    }, failure.Message);

    public static Task ErrorAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message, context.RequestAborted);
    }

    /// <summary>Sends what <paramref name="write"/> writes.</summary>
    public static async Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Json))
            write(writer);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    /// <summary>Sends <c>{"status":"success","data":…}</c>.</summary>
    public static Task SendDataAsync(HttpContext context, Action<Utf8JsonWriter> write) => SendAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("status", "success");
        json.WritePropertyName("data");
        write(json);
        json.WriteEndObject();
    });

    public static Task SendTextsAsync(HttpContext context, IEnumerable<string> texts) => SendDataAsync(context, json =>
    {
        json.WriteStartArray();
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    });
}
