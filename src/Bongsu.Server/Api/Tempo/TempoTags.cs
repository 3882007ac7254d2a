using System.Text.Json;
using Bongsu.Query.TraceQL;
using Bongsu.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Tempo;

/// <summary>search/tags and search/tag/{tag}/values: what a search can name.</summary>
internal sealed class TempoTags(TraceQlEngine engine, ITelemetryStore store, TimeProvider time)
{
    private static readonly string[] Scopes = ["event", "instrumentation", "link", "resource", "span"];

    public Task NamesV1Async(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        var names = await NamesAsync(context);
        await TempoReply.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("tagNames");
            foreach (var name in names.Where(n => n.Key is "resource" or "span" or "event" or "link" or "instrumentation").SelectMany(n => n.Value).Distinct().Order(StringComparer.Ordinal))
                json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    });

    public Task NamesV2Async(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        var names = await NamesAsync(context);
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
        });
    });

    public Task ValuesV1Async(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        var tag = (string)context.Request.RouteValues["tag"]!;
        var field = TraceQlEngine.IsIntrinsic(tag) || tag.StartsWith('.') ? tag : "." + Quoted(tag);
        var values = await ValuesAsync(context, field);
        if (values is null)
            return;
        await TempoReply.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("tagValues");
            foreach (var value in values.Select(v => v.ToString()).Distinct().Order(StringComparer.Ordinal))
                json.WriteStringValue(value);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    });

    public Task ValuesV2Async(HttpContext context) => TempoReply.GuardAsync(context, async () =>
    {
        var values = await ValuesAsync(context, (string)context.Request.RouteValues["tag"]!);
        if (values is null)
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
        });
    });

    private static string Quoted(string tag) => '"' + tag.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';

    private static string TypeName(TraceValueKind kind) => kind switch
    {
        TraceValueKind.Int => "int",
        TraceValueKind.Float => "float",
        TraceValueKind.Bool => "bool",
        TraceValueKind.Duration => "duration",
        TraceValueKind.Status or TraceValueKind.Kind => "keyword",
        _ => "string",
    };

    private async Task<SortedDictionary<string, SortedSet<string>>> NamesAsync(HttpContext context)
    {
        var request = new TempoRequest(context, time);
        var (start, end) = request.Range();
        var scope = request.Get("scope");
        if (scope is not (null or "none" or "intrinsic") && !Scopes.Contains(scope))
            throw new TempoBadRequestException($"invalid scope: {scope}");
        var names = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        if (scope != "intrinsic")
            await TagNames.CollectAsync(store.Spans, start, end, names, context.RequestAborted);
        if (scope is not (null or "none" or "intrinsic"))
            names = new SortedDictionary<string, SortedSet<string>>(names.Where(n => n.Key == scope).ToDictionary(), StringComparer.Ordinal);
        if (scope is null or "none" or "intrinsic")
            names["intrinsic"] = new SortedSet<string>(TraceQlEngine.Intrinsics, StringComparer.Ordinal);
        return names;
    }

    // Null when the failure has been sent.
    private async Task<IReadOnlyList<TraceValue>?> ValuesAsync(HttpContext context, string field)
    {
        var request = new TempoRequest(context, time);
        var (start, end) = request.Range();
        var answer = await engine.ValuesAsync(field, request.Get("q") ?? "{}", start, end, context.RequestAborted);
        if (answer.Failure is not { } failure)
            return answer.Value;
        await TempoReply.FailureAsync(context, failure);
        return null;
    }
}
