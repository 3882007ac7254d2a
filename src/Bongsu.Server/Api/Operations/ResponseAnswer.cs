using System.Text.Json;
using System.Text.Json.Nodes;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Api.Operations;

/// <summary>Bodies in and out of the endpoints over Response: bounded, and as the page's contract spells them.</summary>
internal static class ResponseAnswer
{
    public const int MaxBodyBytes = 64 * 1024;

    public static IResult Of<T>(T value) => Results.Json(value, ResponseJson.Options);

    /// <summary>A row with more keys beside its own.</summary>
    public static IResult Of<T>(T row, params ReadOnlySpan<(string Key, object? Value)> more)
    {
        var node = JsonSerializer.SerializeToNode(row, ResponseJson.Options)!.AsObject();
        foreach (var (key, value) in more)
            node[key] = JsonSerializer.SerializeToNode(value, ResponseJson.Options);
        return Results.Json(node, ResponseJson.Options);
    }

    public static string Actor(HttpContext context) => context.Items["bongsu.actor"] as string ?? "anonymous";

    /// <summary>The body, or the answer to give instead. An empty body is an empty object.</summary>
    public static async Task<(T? Body, IResult? Refusal)> BodyAsync<T>(HttpRequest request, string example, CancellationToken cancellationToken)
        where T : class, new()
    {
        var buffer = new byte[MaxBodyBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxBodyBytes)
            return (null, ApiErrors.Of(StatusCodes.Status413PayloadTooLarge, "tooLarge", $"the body is larger than {MaxBodyBytes} bytes"));
        if (length == 0)
            return (new T(), null);
        try
        {
            return (JsonSerializer.Deserialize<T>(buffer.AsSpan(0, length), ResponseJson.Options) ?? new T(), null);
        }
        catch (JsonException broken)
        {
            return (null, ApiErrors.BadRequest("badBody", $"the body must be JSON such as {example}: {broken.Message}"));
        }
    }
}
