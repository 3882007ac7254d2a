using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Bongsu.Server.Api.Tempo;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Tests.Api.Tempo;

/// <summary>Reads OTLP's JSON of spans into batches, times moved by a base.</summary>
internal static class OtlpDataset
{
    public static void Read(JsonNode request, long baseNanos, SpanBatch batch)
    {
        foreach (var resourceSpans in request["resourceSpans"]!.AsArray())
        {
            batch.Resources.Add(new Resource(Attributes(resourceSpans!["resource"]?["attributes"], batch), default));
            foreach (var scopeSpans in resourceSpans["scopeSpans"]!.AsArray())
            {
                var scope = scopeSpans!["scope"];
                batch.Scopes.Add(new Scope(Text(scope?["name"], batch), Text(scope?["version"], batch), Attributes(scope?["attributes"], batch), default));
                foreach (var span in scopeSpans["spans"]!.AsArray())
                    batch.Spans.Add(Span(span!, baseNanos, batch));
            }
        }
    }

    private static Span Span(JsonNode json, long baseNanos, SpanBatch batch)
    {
        TraceId.TryParse((string)json["traceId"]!, out var traceId);
        SpanId.TryParse((string)json["spanId"]!, out var spanId);
        SpanId.TryParse((string?)json["parentSpanId"] ?? "", out var parentId);
        var attributes = Attributes(json["attributes"], batch);
        var eventStart = batch.Events.Count;
        foreach (var e in json["events"]?.AsArray() ?? [])
            batch.Events.Add(new SpanEvent(Time(e!["timeUnixNano"]!, baseNanos), Text(e["name"], batch), Attributes(e["attributes"], batch), 0));
        var linkStart = batch.Links.Count;
        foreach (var link in json["links"]?.AsArray() ?? [])
        {
            TraceId.TryParse((string)link!["traceId"]!, out var linkedTrace);
            SpanId.TryParse((string)link["spanId"]!, out var linkedSpan);
            batch.Links.Add(new SpanLink(linkedTrace, linkedSpan, default, Attributes(link["attributes"], batch), 0, 0));
        }
        return new Span
        {
            Resource = batch.Resources.Count - 1,
            Scope = batch.Scopes.Count - 1,
            TraceId = traceId,
            SpanId = spanId,
            ParentSpanId = parentId,
            Name = Text(json["name"], batch),
            Kind = (SpanKind)((int?)json["kind"] ?? 0),
            Status = (SpanStatus)((int?)json["status"]?["code"] ?? 0),
            StatusMessage = Text(json["status"]?["message"], batch),
            StartUnixNano = Time(json["startTimeUnixNano"]!, baseNanos),
            EndUnixNano = Time(json["endTimeUnixNano"]!, baseNanos),
            Attributes = attributes,
            EventStart = eventStart,
            EventCount = batch.Events.Count - eventStart,
            LinkStart = linkStart,
            LinkCount = batch.Links.Count - linkStart,
        };
    }

    private static long Time(JsonNode node, long baseNanos) => long.Parse(node.ToString(), CultureInfo.InvariantCulture) + baseNanos;

    private static Slice Text(JsonNode? node, SpanBatch batch) => batch.Arena.Append((string?)node ?? "");

    private static AttributeRange Attributes(JsonNode? node, SpanBatch batch)
    {
        var start = batch.Attributes.Count;
        foreach (var pair in node?.AsArray() ?? [])
            batch.Attributes.Add(batch.Arena.Append((string)pair!["key"]!), Value(pair["value"]!.AsObject(), batch));
        return batch.Attributes.Since(start);
    }

    private static AttributeValue Value(JsonObject value, SpanBatch batch)
    {
        var (kind, content) = value.First();
        return kind switch
        {
            "boolValue" => AttributeValue.OfBool((bool)content!),
            "intValue" => AttributeValue.OfInt(long.Parse(content!.ToString(), CultureInfo.InvariantCulture)),
            "doubleValue" => AttributeValue.OfDouble((double)content!),
            "arrayValue" => new AttributeValue(AttributeKind.Array, 0, batch.Arena.Append(Array(content!).Bytes)),
            _ => AttributeValue.OfString(batch.Arena.Append((string)content!)),
        };
    }

    private static ProtoMessage Array(JsonNode array)
    {
        var message = new ProtoMessage();
        foreach (var item in array["values"]?.AsArray() ?? [])
        {
            var any = new ProtoMessage();
            var (kind, content) = item!.AsObject().First();
            switch (kind)
            {
                case "boolValue": any.Member(2, (bool)content! ? 1UL : 0); break;
                case "intValue": any.Member(3, (ulong)long.Parse(content!.ToString(), CultureInfo.InvariantCulture)); break;
                case "doubleValue": any.MemberFixed64(4, BitConverter.DoubleToUInt64Bits((double)content!)); break;
                default: any.Delimited(1, Encoding.UTF8.GetBytes((string)content!)); break;
            }
            message.Delimited(1, any.Bytes);
        }
        return message;
    }
}
