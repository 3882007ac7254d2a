using System.Text.Json;
using Bongsu.Query;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Jaeger;

/// <summary>Writes replies in Jaeger's form: <c>{"data":…,"total":…,"limit":0,"offset":0,"errors":…}</c>.</summary>
internal static class JaegerReply
{
    /// <summary>Bytes of JSON that may wait before they are sent.</summary>
    private const int FlushAtBytes = 1 << 18;

    public static async Task GuardAsync(HttpContext context, Func<Task> handle)
    {
        try
        {
            await handle();
        }
        catch (JaegerBadRequestException e)
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, e.Message);
        }
        catch (JaegerFailureException e)
        {
            await FailAsync(context, e.Failure);
        }
    }

    public static Task FailAsync(HttpContext context, QueryFailure failure)
    {
        QueryReply.SetRetryAfter(context.Response, failure);
        return FailAsync(context, QueryReply.StatusOf(failure), failure.Message);
    }

    public static Task FailAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return SendAsync(context, 0, (json, _) =>
        {
            json.WriteNullValue();
            return Task.CompletedTask;
        }, [new JaegerError(status, message)]);
    }

    public static Task SendAsync(HttpContext context, IReadOnlyCollection<string> texts, List<JaegerError> errors) => SendAsync(context, texts.Count, (json, _) =>
    {
        json.WriteStartArray();
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
        return Task.CompletedTask;
    }, errors);

    /// <summary>Sends data as it is written; <paramref name="errors"/> is read when the data is done.</summary>
    public static async Task SendAsync(HttpContext context, int total, Func<Utf8JsonWriter, Func<Task>, Task> writeData, List<JaegerError> errors)
    {
        context.Response.ContentType = "application/json";
        var isIndented = context.Request.Query["prettyPrint"] is [{ Length: > 0 } pretty] && pretty != "false";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter,
            QueryReply.Json with { Indented = isIndented });
        json.WriteStartObject();
        json.WritePropertyName("data");
        await writeData(json, () => FlushAsync(context, json));
        json.WriteNumber("total", total);
        json.WriteNumber("limit", 0);
        json.WriteNumber("offset", 0);
        json.WritePropertyName("errors");
        WriteErrors(json, errors);
        json.WriteEndObject();
    }

    private static async Task FlushAsync(HttpContext context, Utf8JsonWriter json)
    {
        if (json.BytesPending + context.Response.BodyWriter.UnflushedBytes < FlushAtBytes)
            return;
        await json.FlushAsync(context.RequestAborted);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static void WriteErrors(Utf8JsonWriter json, List<JaegerError> errors)
    {
        if (errors.Count == 0)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartArray();
        foreach (var error in errors)
        {
            json.WriteStartObject();
            if (error.Code != 0)
                json.WriteNumber("code", error.Code);
            json.WriteString("msg", error.Message);
            if (error.TraceId is not null)
                json.WriteString("traceID", error.TraceId);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
