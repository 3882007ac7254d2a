using System.Text.Json;
using Bongsu.Query;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>Writes replies in Loki's forms: JSON for answers, plain text for errors.</summary>
internal static class LokiReply
{
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

    public static Task FailureAsync(HttpContext context, QueryFailure failure) => QueryReply.SendFailureAsync(context, failure);

    public static Task ErrorAsync(HttpContext context, int status, string message) => QueryReply.SendErrorAsync(context, status, message);

    /// <summary>Sends what <paramref name="write"/> writes.</summary>
    public static Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write) => QueryReply.SendAsync(context, write);

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
