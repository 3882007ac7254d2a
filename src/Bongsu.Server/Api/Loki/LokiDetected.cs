using System.Text.Json;
using Bongsu.Query.LogQL;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>detected_labels, detected_fields and the values of a field: what a page may offer to filter by.</summary>
internal sealed class LokiDetected(LogQlEngine engine, ITelemetryStore store, TimeProvider time)
{
    private const int DefaultLines = 100;
    private const int DefaultFields = 1000;
    private const int MaxLines = 5000;

    public Task LabelsAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        IReadOnlyList<LabelMatcher>? matchers = [];
        if (request.Query.Trim() is not ("" or "{}"))
            matchers = engine.ParseSelector(request.Query, out var failure) ?? throw new LokiBadRequestException(failure!.Message);
        var streams = await store.Logs.StreamsAsync(new LogSelect(request.StartNanos, request.EndNanos, matchers), context.RequestAborted);
        var values = new SortedDictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var withDiscovered = request.WithDiscovered || matchers.Any(m => m.Name == LabelNames.ServiceName);
        foreach (var label in streams.SelectMany(s => StreamLabels.Visible(s, withDiscovered).ToList()))
        {
            if (!values.TryGetValue(label.Name, out var set))
                values[label.Name] = set = [];
            set.Add(label.Value);
        }
        await LokiReply.SendAsync(context, json => WriteLabels(json, values));
    });

    public Task FieldsAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        var limit = FieldLimit(request);
        if (await DetectAsync(context, request) is { } fields)
            await LokiReply.SendAsync(context, json => WriteFields(json, fields, limit));
    });

    public Task ValuesAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        var limit = FieldLimit(request);
        var name = (string)context.Request.RouteValues["name"]!;
        if (await DetectAsync(context, request) is { } fields)
            await LokiReply.SendAsync(context, json => WriteValues(json, fields.FirstOrDefault(f => f.Name == name)?.Values ?? [], limit));
    });

    private static int FieldLimit(LokiRequest request) => request.Get("limit") is null ? request.Limit("field_limit", DefaultFields) : request.Limit();

    private async ValueTask<IReadOnlyList<DetectedField>?> DetectAsync(HttpContext context, LokiRequest request)
    {
        var lines = Math.Min(MaxLines, request.Limit("line_limit", DefaultLines));
        var answer = await engine.DetectFieldsAsync(request.Query, request.StartNanos, request.EndNanos, lines, context.RequestAborted);
        if (answer.Failure is { } failure)
            await LokiReply.FailureAsync(context, failure);
        return answer.Value;
    }

    private static void WriteValues(Utf8JsonWriter json, IReadOnlyCollection<string> values, int limit)
    {
        json.WriteStartObject();
        json.WriteStartArray("values");
        foreach (var value in values.Order(StringComparer.Ordinal).Take(limit))
            json.WriteStringValue(value);
        json.WriteEndArray();
        json.WriteNumber("limit", limit);
        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, SortedDictionary<string, HashSet<string>> values)
    {
        json.WriteStartObject();
        json.WriteStartArray("detectedLabels");
        foreach (var (name, set) in values)
        {
            json.WriteStartObject();
            json.WriteString("label", name);
            json.WriteNumber("cardinality", set.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<DetectedField> fields, int limit)
    {
        json.WriteStartObject();
        json.WriteStartArray("fields");
        foreach (var field in fields.Take(limit))
        {
            json.WriteStartObject();
            json.WriteString("label", field.Name);
            json.WriteString("type", field.Type);
            json.WriteNumber("cardinality", field.Values.Count);
            json.WriteStartArray("parsers");
            foreach (var parser in field.Parsers)
                json.WriteStringValue(parser);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("limit", limit);
        json.WriteEndObject();
    }
}
