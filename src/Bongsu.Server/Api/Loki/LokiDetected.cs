using System.Text.Json;
using Bongsu.Query.LogQL;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>detected_labels and detected_fields: what a page may offer to filter by.</summary>
internal sealed class LokiDetected(LogQlEngine engine, ITelemetryStore store, TimeProvider time)
{
    private const int DefaultLines = 100;
    private const int DefaultFields = 1000;

    public Task LabelsAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        IReadOnlyList<LabelMatcher>? matchers = [];
        if (request.Query.Trim() is not ("" or "{}"))
            matchers = engine.ParseSelector(request.Query, out var failure) ?? throw new LokiBadRequestException(failure!.Message);
        var streams = await store.Logs.StreamsAsync(new LogSelect(request.StartNanos, request.EndNanos, matchers), context.RequestAborted);
        var values = new SortedDictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var label in streams.SelectMany(s => s.ToList()))
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
        var lines = Math.Min(5000, request.Limit("line_limit", DefaultLines));
        var answer = await engine.DetectFieldsAsync(request.Query, request.StartNanos, request.EndNanos, lines, context.RequestAborted);
        if (answer.Failure is { } failure)
            await LokiReply.FailureAsync(context, failure);
        else
            await LokiReply.SendAsync(context, json => WriteFields(json, answer.Value!, request.Limit(otherwise: DefaultFields)));
    });

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
            json.WriteNumber("cardinality", field.Cardinality);
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
