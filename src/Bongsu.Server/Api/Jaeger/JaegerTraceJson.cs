using System.Text.Json;
using Bongsu.Query.Traces;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Api.Jaeger;

/// <summary>
/// A trace as Jaeger's JSON. Times are in microseconds; resources become processes, what OTLP has besides attributes becomes tags by the names that
/// OpenTelemetry gives them for Jaeger. Pure.
/// </summary>
internal static class JaegerTraceJson
{
    /// <summary>Where a resource has no service.name, as the OpenTelemetry Collector tells Jaeger.</summary>
    private const string NoService = "OTLPResourceNoServiceName";

    private const int FlushEvery = 256;
    private const long NanosPerMicrosecond = 1_000;
    private static readonly string[] Kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"];

    public static string KindOf(SpanKind kind) => (int)kind < Kinds.Length ? Kinds[(int)kind] : Kinds[0];

    public static async Task WriteAsync(Utf8JsonWriter json, SpanBatch batch, List<int> rows, Func<Task> flush)
    {
        var warnings = SpanWarnings.Find(batch, rows);
        var processes = new Dictionary<int, string>();
        json.WriteStartObject();
        json.WriteString("traceID", batch.Spans[rows[0]].TraceId.ToString());
        json.WriteStartArray("spans");
        for (var i = 0; i < rows.Count; i++)
        {
            WriteSpan(json, batch, rows[i], ProcessOf(processes, batch.Spans[rows[i]].Resource), warnings);
            if (i % FlushEvery == FlushEvery - 1)
                await flush();
        }
        json.WriteEndArray();
        json.WriteStartObject("processes");
        foreach (var (resource, id) in processes)
            WriteProcess(json, batch, id, resource);
        json.WriteEndObject();
        json.WriteNull("warnings");
        json.WriteEndObject();
        await flush();
    }

    private static string ProcessOf(Dictionary<int, string> processes, int resource)
    {
        if (!processes.TryGetValue(resource, out var id))
            processes[resource] = id = $"p{processes.Count + 1}";
        return id;
    }

    private static void WriteSpan(Utf8JsonWriter json, SpanBatch batch, int row, string process, SpanWarnings warnings)
    {
        ref readonly var span = ref batch.Spans.Span[row];
        json.WriteStartObject();
        json.WriteString("traceID", span.TraceId.ToString());
        json.WriteString("spanID", span.SpanId.ToString());
        if ((span.Flags & 0xFF) != 0)
            json.WriteNumber("flags", span.Flags & 0xFF);
        json.WriteString("operationName", batch.Arena.GetString(span.Name));
        WriteReferences(json, batch, span, warnings.IsCut(row));
        json.WriteNumber("startTime", span.StartUnixNano / NanosPerMicrosecond);
        json.WriteNumber("duration", span.DurationNanos / NanosPerMicrosecond);
        json.WriteStartArray("tags");
        JaegerTags.Write(json, batch, span.Attributes);
        WriteOwnTags(json, batch, span);
        json.WriteEndArray();
        WriteLogs(json, batch, span);
        json.WriteString("processID", process);
        WriteWarnings(json, warnings.Of(row));
        json.WriteEndObject();
    }

    // Why: a page that hangs spans on their parents would lose all of a circle, or never end; its warning tells that the parent is left out.
    private static void WriteReferences(Utf8JsonWriter json, SpanBatch batch, in Span span, bool isCut)
    {
        json.WriteStartArray("references");
        if (!span.ParentSpanId.IsEmpty && !isCut)
            WriteReference(json, "CHILD_OF", span.TraceId, span.ParentSpanId);
        foreach (var link in batch.Links.Span.Slice(span.LinkStart, span.LinkCount))
        {
            var type = batch.Attributes.FindString(link.Attributes, "opentracing.ref_type"u8) == "child_of" ? "CHILD_OF" : "FOLLOWS_FROM";
            WriteReference(json, type, link.TraceId, link.SpanId);
        }
        json.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter json, string type, TraceId trace, SpanId span)
    {
        json.WriteStartObject();
        json.WriteString("refType", type);
        json.WriteString("traceID", trace.ToString());
        json.WriteString("spanID", span.ToString());
        json.WriteEndObject();
    }

    private static void WriteOwnTags(Utf8JsonWriter json, SpanBatch batch, in Span span)
    {
        if (span.Scope >= 0)
        {
            JaegerTags.WriteText(json, "otel.scope.name", batch.Arena, batch.Scopes[span.Scope].Name);
            JaegerTags.WriteText(json, "otel.scope.version", batch.Arena, batch.Scopes[span.Scope].Version);
        }
        if (span.Kind != SpanKind.Unspecified)
            JaegerTags.WriteText(json, "span.kind", KindOf(span.Kind));
        if (span.Status == SpanStatus.Error && batch.Attributes.Find(span.Attributes, "error"u8) < 0)
            JaegerTags.WriteTrue(json, "error");
        if (span.Status != SpanStatus.Unset)
            JaegerTags.WriteText(json, "otel.status_code", span.Status == SpanStatus.Error ? "ERROR" : "OK");
        JaegerTags.WriteText(json, "otel.status_description", batch.Arena, span.StatusMessage);
        JaegerTags.WriteText(json, "w3c.tracestate", batch.Arena, span.TraceState);
    }

    private static void WriteLogs(Utf8JsonWriter json, SpanBatch batch, in Span span)
    {
        json.WriteStartArray("logs");
        foreach (var e in batch.Events.Span.Slice(span.EventStart, span.EventCount))
        {
            json.WriteStartObject();
            json.WriteNumber("timestamp", e.TimeUnixNano / NanosPerMicrosecond);
            json.WriteStartArray("fields");
            JaegerTags.WriteText(json, "event", batch.Arena, e.Name);
            JaegerTags.Write(json, batch, e.Attributes);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteWarnings(Utf8JsonWriter json, IReadOnlyList<string> warnings)
    {
        if (warnings.Count == 0)
        {
            json.WriteNull("warnings");
            return;
        }
        json.WriteStartArray("warnings");
        foreach (var warning in warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
    }

    private static void WriteProcess(Utf8JsonWriter json, SpanBatch batch, string id, int resource)
    {
        var attributes = resource < 0 ? AttributeRange.Empty : batch.Resources[resource].Attributes;
        json.WriteStartObject(id);
        json.WriteString("serviceName", batch.Attributes.FindString(attributes, ResourceKeys.ServiceName) is { Length: > 0 } name ? name : NoService);
        json.WriteStartArray("tags");
        JaegerTags.Write(json, batch, attributes, ResourceKeys.ServiceName);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
