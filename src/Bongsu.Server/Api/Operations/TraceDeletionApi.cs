using System.Text.Json;
using System.Text.RegularExpressions;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Spans;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Server.Api.Operations;

/// <summary>POST and GET /bongsu/v1/traces/delete: takes spans out for good. Off unless the server was started with --enable-admin-api.</summary>
internal static class TraceDeletionApi
{
    private const string ServiceName = "service.name";
    private const string Example = "{\"service\":\"payments\",\"attributes\":[{\"key\":\"user.id\",\"op\":\"=\",\"value\":\"u42\"}],\"from\":\"now-7d\",\"to\":\"now\"}";
    private const int MaxAttributes = 20;
    private const int MaxTextLength = 4096;

    private sealed record Condition
    {
        public string Key { get; init; } = "";
        public string Op { get; init; } = "=";
        public string Value { get; init; } = "";
    }

    private sealed record Request
    {
        public string? Service { get; init; }
        public IReadOnlyList<Condition?>? Attributes { get; init; }
        public JsonElement From { get; init; }
        public JsonElement To { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes, ITelemetryStore store, TimeProvider time, bool isEnabled, ILogger logger)
    {
        routes.MapPost("/bongsu/v1/traces/delete", async (HttpRequest request, CancellationToken cancellationToken) =>
        {
            if (Refusal(store, isEnabled) is { } refusal)
                return refusal;
            var (body, unreadable) = await ResponseAnswer.BodyAsync<Request>(request, Example, cancellationToken);
            if (unreadable is not null)
                return unreadable;
            if (Deletion(body!, time.GetUtcNow().ToUnixTimeMilliseconds(), out var problem) is not { } deletion)
                return ApiErrors.BadRequest("badDeletion", problem);
            await store.Spans.DeleteAsync(deletion, cancellationToken);
            logger.LogWarning("Spans deleted on request of {Actor}: {Matchers} from {FromNanos} to {ToNanos} ns",
                ResponseAnswer.Actor(request.HttpContext), string.Join(", ", deletion.Matchers), deletion.FromNanos, deletion.ToNanos);
            return Results.NoContent();
        });
        routes.MapGet("/bongsu/v1/traces/delete", async (CancellationToken cancellationToken) => Refusal(store, isEnabled)
            ?? Results.Ok(new { deletions = (await store.Spans.SpanDeletionsAsync(cancellationToken)).Select(Row) }));
    }

    private static IResult? Refusal(ITelemetryStore store, bool isEnabled) =>
        !isEnabled ? ApiErrors.Of(StatusCodes.Status403Forbidden, "adminApiOff", "deletion is not available: start the server with --enable-admin-api")
        : !store.Capabilities.SpanDeletion ? ApiErrors.Of(StatusCodes.Status501NotImplemented, "notSupported", "this store cannot delete spans")
        : null;

    private static SpanDeletion? Deletion(Request request, long nowMs, out string problem)
    {
        var matchers = new List<LabelMatcher>();
        if (!string.IsNullOrEmpty(request.Service))
            matchers.Add(new LabelMatcher(MatchType.Equal, ServiceName, request.Service));
        var attributes = request.Attributes ?? [];
        problem = attributes.Count > MaxAttributes ? $"attributes: {attributes.Count} are given; the limit is {MaxAttributes}" : "";
        for (var i = 0; i < attributes.Count && problem.Length == 0; i++)
        {
            if (Matcher(attributes[i], out var wrong) is { } matcher)
                matchers.Add(matcher);
            else
                problem = $"attributes[{i}]: {wrong}";
        }
        if (problem.Length == 0 && matchers.Count == 0)
            problem = $"give a service, attributes or both, as {Example}";
        if (problem.Length > 0 || !TryTime(request.From, "from", null, nowMs, out var fromMs, out problem) || !TryTime(request.To, "to", nowMs, nowMs, out var toMs, out problem))
            return null;
        if (fromMs <= toMs && toMs <= nowMs)
        {
            // What has the time of the end goes too.
            return new SpanDeletion(fromMs * 1_000_000, (toMs + 1) * 1_000_000, matchers) { CreatedUnixMs = nowMs };
        }
        problem = toMs > nowMs ? "to: lies in the future; what is not there yet cannot be deleted" : $"from ({fromMs}) must not be after to ({toMs})";
        return null;
    }

    private static LabelMatcher? Matcher(Condition? condition, out string problem)
    {
        problem = "";
        condition ??= new Condition();
        MatchType? type = condition.Op switch { "=" => MatchType.Equal, "!=" => MatchType.NotEqual, "=~" => MatchType.Regex, "!~" => MatchType.NotRegex, _ => null };
        if (string.IsNullOrEmpty(condition.Key) || condition.Key.Length > MaxTextLength)
            problem = $"key: give the key of an attribute, at most {MaxTextLength} characters";
        else if (condition.Value is not { Length: <= MaxTextLength })
            problem = $"value: give at most {MaxTextLength} characters";
        else if (type is null)
            problem = $"op: \"{TimeParameter.Shown(condition.Op ?? "")}\" is none of = != =~ !~";
        if (problem.Length > 0)
            return null;
        try
        {
            return new LabelMatcher(type!.Value, condition.Key, condition.Value);
        }
        catch (Exception e) when (e is RegexParseException or NotSupportedException or ArgumentException)
        {
            problem = $"value: is no regular expression: {e.Message}";
            return null;
        }
    }

    private static bool TryTime(JsonElement given, string name, long? otherwise, long nowMs, out long ms, out string problem)
    {
        (ms, problem) = (otherwise ?? 0, "");
        if (given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null && otherwise is not null)
            return true;
        var text = given.ValueKind switch { JsonValueKind.String => given.GetString()!, JsonValueKind.Number => given.GetRawText(), _ => "" };
        if (TimeParameter.TryParse(text, nowMs, out ms))
            return true;
        problem = $"{name}: \"{TimeParameter.Shown(text)}\" is no time; give {TimeParameter.Forms}";
        return false;
    }

    private static object Row(SpanDeletion deletion) => new
    {
        service = deletion.Matchers.FirstOrDefault(m => m is { Name: ServiceName, Type: MatchType.Equal })?.Value,
        attributes = deletion.Matchers.Where(m => m is not { Name: ServiceName, Type: MatchType.Equal })
            .Select(m => new { key = m.Name, op = m.Type switch { MatchType.Equal => "=", MatchType.NotEqual => "!=", MatchType.Regex => "=~", _ => "!~" }, value = m.Value }),
        fromMs = deletion.FromNanos / 1_000_000,
        toMs = deletion.ToNanos / 1_000_000 - 1,
        createdMs = deletion.CreatedUnixMs,
    };
}
