using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Api.Tempo;

/// <summary>A trace as protobuf: OTLP's TracesData, or Tempo's TraceByIDResponse around it (v2). Everything a span holds is in it. Pure.</summary>
internal static class OtlpTraceProtobuf
{
    public static ProtoMessage Trace(SpanBatch batch, List<int> rows)
    {
        var trace = new ProtoMessage();
        foreach (var (resource, scopes) in SpanGroups.Of(batch, rows))
            trace.Delimited(1, ResourceSpans(batch, resource, scopes).Bytes);
        return trace;
    }

    public static ProtoMessage Response(SpanBatch batch, List<int> rows, IReadOnlyList<string> warnings)
    {
        var response = new ProtoMessage();
        response.Delimited(1, Trace(batch, rows).Bytes);
        var metrics = new ProtoMessage();
        metrics.Number(1, (ulong)batch.Arena.Length);
        response.Delimited(2, metrics.Bytes);
        response.Number(3, warnings.Count > 0 ? 1UL : 0);
        response.Text(4, System.Text.Encoding.UTF8.GetBytes(string.Join("; ", warnings)));
        return response;
    }

    private static ProtoMessage ResourceSpans(SpanBatch batch, int resource, List<(int Scope, List<int> Rows)> scopes)
    {
        var message = new ProtoMessage();
        var attributes = new ProtoMessage();
        if (resource >= 0)
            Attributes(attributes, 1, batch, batch.Resources[resource].Attributes);
        message.Delimited(1, attributes.Bytes);
        foreach (var (scope, rows) in scopes)
        {
            var spans = new ProtoMessage();
            if (scope >= 0)
                spans.Delimited(1, Scope(batch, batch.Scopes[scope]).Bytes);
            foreach (var row in rows)
                spans.Delimited(2, Span(batch, batch.Spans[row]).Bytes);
            if (scope >= 0)
                spans.Text(3, batch.Arena.Get(batch.Scopes[scope].SchemaUrl));
            message.Delimited(2, spans.Bytes);
        }
        if (resource >= 0)
            message.Text(3, batch.Arena.Get(batch.Resources[resource].SchemaUrl));
        return message;
    }

    private static ProtoMessage Scope(SpanBatch batch, in Scope scope)
    {
        var message = new ProtoMessage();
        message.Text(1, batch.Arena.Get(scope.Name));
        message.Text(2, batch.Arena.Get(scope.Version));
        Attributes(message, 3, batch, scope.Attributes);
        return message;
    }

    private static ProtoMessage Span(SpanBatch batch, in Span span)
    {
        var message = new ProtoMessage();
        Id(message, 1, span.TraceId);
        Id(message, 2, span.SpanId);
        message.Text(3, batch.Arena.Get(span.TraceState));
        if (!span.ParentSpanId.IsEmpty)
            Id(message, 4, span.ParentSpanId);
        message.Text(5, batch.Arena.Get(span.Name));
        message.Number(6, (ulong)span.Kind);
        message.Fixed64(7, (ulong)span.StartUnixNano);
        message.Fixed64(8, (ulong)span.EndUnixNano);
        Attributes(message, 9, batch, span.Attributes);
        message.Number(10, (ulong)span.DroppedAttributes);
        foreach (var e in batch.Events.Span.Slice(span.EventStart, span.EventCount))
            message.Delimited(11, Event(batch, e).Bytes);
        message.Number(12, (ulong)span.DroppedEvents);
        foreach (var link in batch.Links.Span.Slice(span.LinkStart, span.LinkCount))
            message.Delimited(13, Link(batch, link).Bytes);
        message.Number(14, (ulong)span.DroppedLinks);
        var status = new ProtoMessage();
        status.Text(2, batch.Arena.Get(span.StatusMessage));
        status.Number(3, (ulong)span.Status);
        message.Delimited(15, status.Bytes);
        message.Fixed32(16, span.Flags);
        return message;
    }

    private static ProtoMessage Event(SpanBatch batch, in SpanEvent e)
    {
        var message = new ProtoMessage();
        message.Fixed64(1, (ulong)e.TimeUnixNano);
        message.Text(2, batch.Arena.Get(e.Name));
        Attributes(message, 3, batch, e.Attributes);
        message.Number(4, (ulong)e.DroppedAttributes);
        return message;
    }

    private static ProtoMessage Link(SpanBatch batch, in SpanLink link)
    {
        var message = new ProtoMessage();
        Id(message, 1, link.TraceId);
        Id(message, 2, link.SpanId);
        message.Text(3, batch.Arena.Get(link.TraceState));
        Attributes(message, 4, batch, link.Attributes);
        message.Number(5, (ulong)link.DroppedAttributes);
        message.Fixed32(6, link.Flags);
        return message;
    }

    private static void Attributes(ProtoMessage message, int field, SpanBatch batch, AttributeRange range)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var pair = new ProtoMessage();
            pair.Text(1, batch.Attributes.Key(row));
            pair.Delimited(2, Value(batch.Attributes.Values[row], batch.Arena).Bytes);
            message.Delimited(field, pair.Bytes);
        }
    }

    // Nested values are held in wire form already.
    private static ProtoMessage Value(AttributeValue value, ByteArena arena)
    {
        var message = new ProtoMessage();
        switch (value.Kind)
        {
            case AttributeKind.String: message.Delimited(1, arena.Get(value.Payload)); break;
            case AttributeKind.Bool: message.Member(2, (ulong)value.Bits); break;
            case AttributeKind.Int: message.Member(3, (ulong)value.Bits); break;
            case AttributeKind.Double: message.MemberFixed64(4, (ulong)value.Bits); break;
            case AttributeKind.Array: message.Delimited(5, arena.Get(value.Payload)); break;
            case AttributeKind.Map: message.Delimited(6, arena.Get(value.Payload)); break;
            case AttributeKind.Bytes: message.Delimited(7, arena.Get(value.Payload)); break;
        }
        return message;
    }

    private static void Id(ProtoMessage message, int field, TraceId id)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        id.CopyTo(bytes);
        message.Delimited(field, bytes);
    }

    private static void Id(ProtoMessage message, int field, SpanId id)
    {
        Span<byte> bytes = stackalloc byte[SpanId.Size];
        id.CopyTo(bytes);
        message.Delimited(field, bytes);
    }
}
