using System.Text.Json;
using Bongsu.Query.TraceQL;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Tempo;

/// <summary>search/tags and search/tag/{tag}/values: what a search can name.</summary>
internal sealed class TempoTags(TraceQlEngine engine, TimeProvider time)
{
    private const string Intrinsic = "intrinsic";

    private static readonly string[] Scopes = ["event", "instrumentation", "link", "resource", "span"];

    public Task NamesV1Async(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        if (await NamesAsync(context) is not { } scopes)
            return;
        var isAsked = context.Request.Query["scope"] == Intrinsic;
        var names = scopes.Where(n => isAsked || n.Key != Intrinsic).SelectMany(n => n.Value).Distinct().Order(StringComparer.Ordinal).ToList();
        await TempoReply.SendAsync(context, json => WriteTexts(json, "tagNames", names), () => TempoProtobuf.Texts(names));
    });

    public Task NamesV2Async(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        if (await NamesAsync(context) is not { } names)
            return;
        await TempoReply.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("scopes");
            foreach (var (scope, tags) in names)
            {
                json.WriteStartObject();
                json.WriteString("name", scope);
                json.WriteStartArray("tags");
                foreach (var tag in tags)
                    json.WriteStringValue(tag);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }, () => TempoProtobuf.Scopes(names));
    });

    public Task ValuesV1Async(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        var tag = (string)context.Request.RouteValues["tag"]!;
        var field = TraceQlEngine.IsIntrinsic(tag) || tag.StartsWith('.') ? tag : "." + TagCondition.Quote(tag);
        if (await ValuesAsync(context, field) is not { } values)
            return;
        var texts = values.Select(v => v.ToString()).Distinct().Order(StringComparer.Ordinal).ToList();
        await TempoReply.SendAsync(context, json => WriteTexts(json, "tagValues", texts), () => TempoProtobuf.Texts(texts));
    });

    public Task ValuesV2Async(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        if (await ValuesAsync(context, (string)context.Request.RouteValues["tag"]!) is not { } values)
            return;
        await TempoReply.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("tagValues");
            foreach (var value in values)
            {
                json.WriteStartObject();
                json.WriteString("type", TypeName(value.Type));
                json.WriteString("value", value.ToString());
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }, () => TempoProtobuf.Values(values.Select(v => (TypeName(v.Type), v.ToString()))));
    });

    private static void WriteTexts(Utf8JsonWriter json, string name, List<string> texts)
    {
        json.WriteStartObject();
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string TypeName(TraceValueKind kind) => kind switch
    {
        TraceValueKind.Int => "int",
        TraceValueKind.Float => "float",
        TraceValueKind.Bool => "bool",
        TraceValueKind.Duration => "duration",
        TraceValueKind.Status or TraceValueKind.Kind => "keyword",
        _ => "string",
    };

    // Null when the failure has been sent.
    private async Task<List<KeyValuePair<string, IReadOnlyCollection<string>>>?> NamesAsync(HttpContext context)
    {
        var request = new TempoRequest(context, time);
        var (start, end) = request.Range();
        var scope = request.Get("scope");
        if (scope is not (null or "none" or Intrinsic) && !Scopes.Contains(scope))
            throw new TempoBadRequestException($"invalid scope: {scope}");
        var limit = request.Count("limit", int.MaxValue);
        var names = new SortedDictionary<string, IReadOnlyCollection<string>>(StringComparer.Ordinal);
        if (scope != Intrinsic)
        {
            var answer = await engine.NamesAsync(Filter(request), start, end, context.RequestAborted);
            if (answer.Failure is { } failure)
            {
                await TempoReply.FailureAsync(context, failure);
                return null;
            }
            foreach (var (of, tags) in answer.Value!.Where(n => scope is null or "none" || n.Key == scope))
                names[of] = [.. tags.Take(limit)];
        }
        if (scope is null or "none" or Intrinsic)
            names[Intrinsic] = [.. TraceQlEngine.Intrinsics.Order(StringComparer.Ordinal).Take(limit)];
        return [.. names];
    }

    // A filter that is still being typed must not make the list that completes it fail.
    private string Filter(TempoRequest request) => engine.UsableFilter(request.Get("q") ?? "{ }");

    // Null when the failure has been sent.
    private async Task<List<TraceValue>?> ValuesAsync(HttpContext context, string field)
    {
        var request = new TempoRequest(context, time);
        var (start, end) = request.Range();
        var limit = request.Count("limit", int.MaxValue);
        var answer = await engine.ValuesAsync(field, Filter(request), start, end, context.RequestAborted);
        if (answer.Failure is not { } failure)
            return [.. answer.Value!.Take(limit)];
        await TempoReply.FailureAsync(context, failure);
        return null;
    }
}
