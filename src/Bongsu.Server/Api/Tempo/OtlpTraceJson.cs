using System.Globalization;
using System.Text;
using System.Text.Json;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Api.Tempo;

/// <summary>
/// A trace as Tempo's JSON: protobuf's JSON form of OTLP, so ids are base64, 64-bit numbers strings and enums names. Everything a span holds is in
/// it. Pure.
/// </summary>
internal static class OtlpTraceJson
{
    private static readonly string[] Kinds =
        ["SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER"];

    private static readonly string[] Codes = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

    public static void Write(Utf8JsonWriter json, SpanBatch batch, List<int> rows, string listName = "batches")
    {
        json.WriteStartObject();
        json.WriteStartArray(listName);
        foreach (var (resource, scopes) in SpanGroups.Of(batch, rows))
            WriteResource(json, batch, resource, scopes);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter json, SpanBatch batch, int resource, List<(int Scope, List<int> Rows)> scopes)
    {
        json.WriteStartObject();
        json.WriteStartObject("resource");
        if (resource >= 0)
            WriteAttributes(json, batch, batch.Resources[resource].Attributes);
        json.WriteEndObject();
        json.WriteStartArray("scopeSpans");
        foreach (var (scope, rows) in scopes)
        {
            json.WriteStartObject();
            json.WriteStartObject("scope");
            if (scope >= 0)
                WriteScope(json, batch, batch.Scopes[scope]);
            json.WriteEndObject();
            json.WriteStartArray("spans");
            foreach (var row in rows)
                WriteSpan(json, batch, batch.Spans[row]);
            json.WriteEndArray();
            if (scope >= 0)
                WriteText(json, "schemaUrl", batch, batch.Scopes[scope].SchemaUrl);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (resource >= 0)
            WriteText(json, "schemaUrl", batch, batch.Resources[resource].SchemaUrl);
        json.WriteEndObject();
    }

    private static void WriteScope(Utf8JsonWriter json, SpanBatch batch, in Scope scope)
    {
        WriteText(json, "name", batch, scope.Name);
        WriteText(json, "version", batch, scope.Version);
        WriteAttributes(json, batch, scope.Attributes);
    }

    private static void WriteSpan(Utf8JsonWriter json, SpanBatch batch, in Span span)
    {
        json.WriteStartObject();
        WriteId(json, "traceId", span.TraceId);
        WriteId(json, "spanId", span.SpanId);
        if (!span.ParentSpanId.IsEmpty)
            WriteId(json, "parentSpanId", span.ParentSpanId);
        WriteText(json, "traceState", batch, span.TraceState);
        WriteNumber(json, "flags", span.Flags);
        json.WriteString("name", batch.Arena.GetString(span.Name));
        json.WriteString("kind", (int)span.Kind < Kinds.Length ? Kinds[(int)span.Kind] : Kinds[0]);
        WriteLong(json, "startTimeUnixNano", span.StartUnixNano);
        WriteLong(json, "endTimeUnixNano", span.EndUnixNano);
        WriteAttributes(json, batch, span.Attributes);
        WriteNumber(json, "droppedAttributesCount", span.DroppedAttributes);
        WriteEvents(json, batch, span);
        WriteNumber(json, "droppedEventsCount", span.DroppedEvents);
        WriteLinks(json, batch, span);
        WriteNumber(json, "droppedLinksCount", span.DroppedLinks);
        json.WriteStartObject("status");
        WriteText(json, "message", batch, span.StatusMessage);
        if (span.Status != SpanStatus.Unset && (int)span.Status < Codes.Length)
            json.WriteString("code", Codes[(int)span.Status]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEvents(Utf8JsonWriter json, SpanBatch batch, in Span span)
    {
        if (span.EventCount == 0)
            return;
        json.WriteStartArray("events");
        foreach (var e in batch.Events.Span.Slice(span.EventStart, span.EventCount))
        {
            json.WriteStartObject();
            WriteLong(json, "timeUnixNano", e.TimeUnixNano);
            json.WriteString("name", batch.Arena.GetString(e.Name));
            WriteAttributes(json, batch, e.Attributes);
            WriteNumber(json, "droppedAttributesCount", e.DroppedAttributes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLinks(Utf8JsonWriter json, SpanBatch batch, in Span span)
    {
        if (span.LinkCount == 0)
            return;
        json.WriteStartArray("links");
        foreach (var link in batch.Links.Span.Slice(span.LinkStart, span.LinkCount))
        {
            json.WriteStartObject();
            WriteId(json, "traceId", link.TraceId);
            WriteId(json, "spanId", link.SpanId);
            WriteText(json, "traceState", batch, link.TraceState);
            WriteAttributes(json, batch, link.Attributes);
            WriteNumber(json, "droppedAttributesCount", link.DroppedAttributes);
            WriteNumber(json, "flags", link.Flags);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteAttributes(Utf8JsonWriter json, SpanBatch batch, AttributeRange range)
    {
        if (range.Count == 0)
            return;
        json.WriteStartArray("attributes");
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            json.WriteStartObject();
            json.WriteString("key", Encoding.UTF8.GetString(batch.Attributes.Key(row)));
            json.WritePropertyName("value");
            OtlpValueJson.Write(json, batch.Attributes.Values[row], batch.Arena);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, SpanBatch batch, Slice text)
    {
        if (!text.IsEmpty)
            json.WriteString(name, batch.Arena.GetString(text));
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long value)
    {
        if (value != 0)
            json.WriteNumber(name, value);
    }

    private static void WriteLong(Utf8JsonWriter json, string name, long value) => json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));

    private static void WriteId(Utf8JsonWriter json, string name, TraceId id)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        id.CopyTo(bytes);
        json.WriteBase64String(name, bytes);
    }

    private static void WriteId(Utf8JsonWriter json, string name, SpanId id)
    {
        Span<byte> bytes = stackalloc byte[SpanId.Size];
        id.CopyTo(bytes);
        json.WriteBase64String(name, bytes);
    }
}
