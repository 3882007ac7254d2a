using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>
/// Walks an ExportTraceServiceRequest (opentelemetry/proto/trace/v1/trace.proto) into a span batch. A span that breaks a rule is refused by
/// itself and counted; malformed bytes fail the request. Not thread-safe.
/// </summary>
internal sealed class OtlpSpans
{
    private readonly IngestLimits _limits;
    private readonly AttributeDecoder _attributes;
    private readonly OriginDecoder _origins;
    private DecodeFailure? _failure;
    private string? _refusal;
    private RejectReason _refusalReason;
    private int _repaired;

    public OtlpSpans(IngestLimits limits)
    {
        _limits = limits;
        _attributes = new AttributeDecoder(limits);
        _origins = new OriginDecoder(_attributes, limits);
    }

    /// <summary>Fills the batch; a failure means that nothing of it may be stored.</summary>
    public DecodeFailure? Decode(ReadOnlySpan<byte> request, SpanBatch batch, RejectionTally tally)
    {
        // Hot path: 0 B/op after warm-up (see OtlpSpanDecodeBenchmark, AllocationTests)
        _failure = null;
        _repaired = 0;
        var fields = new ProtoReader(request);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Bytes } && !ResourceSpans(request, fields.Bytes, batch, tally))
                return _failure;
        }
        if (fields.IsMalformed)
            return OtlpMessage.Malformed("resource_spans", request, request, fields.Position);
        tally.RepairedTexts += _repaired + _attributes.TakeRepaired() + _origins.TakeRepaired();
        return null;
    }

    private bool ResourceSpans(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, SpanBatch batch, RejectionTally tally)
    {
        ReadOnlySpan<byte> resource = default, schemaUrl = default;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes): resource = fields.Bytes; break;
                case (3, ProtoWire.Bytes): schemaUrl = fields.Bytes; break;
            }
        }
        if (fields.IsMalformed)
            return Fail(OtlpMessage.Malformed("resource_spans", request, message, fields.Position));
        var owner = -1;
        if (_origins.TryResource(resource, schemaUrl, batch.Attributes, out var added))
        {
            batch.Resources.Add(added);
            owner = batch.Resources.Count - 1;
        }
        else if (_attributes.IsMalformed)
        {
            return Fail(OtlpMessage.Malformed("resource", request, resource, 0));
        }
        if (BatchBounds.Check(_limits, batch) is { } tooLarge)
            return Fail(tooLarge);
        fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 2, Wire: ProtoWire.Bytes } && !ScopeSpans(request, fields.Bytes, owner, batch, tally))
                return false;
        }
        return true;
    }

    private bool ScopeSpans(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, int resource, SpanBatch batch, RejectionTally tally)
    {
        ReadOnlySpan<byte> scope = default, schemaUrl = default;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes): scope = fields.Bytes; break;
                case (3, ProtoWire.Bytes): schemaUrl = fields.Bytes; break;
            }
        }
        if (fields.IsMalformed)
            return Fail(OtlpMessage.Malformed("scope_spans", request, message, fields.Position));
        if (resource < 0)
        {
            tally.Add(_attributes.FaultReason, "resource: " + _attributes.Fault, OtlpMessage.CountChildren(message, 2));
            return true;
        }
        if (!_origins.TryScope(scope, schemaUrl, batch.Attributes, out var added))
        {
            if (_attributes.IsMalformed)
                return Fail(OtlpMessage.Malformed("scope", request, scope, 0));
            tally.Add(_attributes.FaultReason, "scope: " + _attributes.Fault, OtlpMessage.CountChildren(message, 2));
            return true;
        }
        batch.Scopes.Add(added);
        return BatchBounds.Check(_limits, batch) is { } tooLarge ? Fail(tooLarge) : Spans(request, message, resource, batch, tally);
    }

    private bool Spans(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, int resource, SpanBatch batch, RejectionTally tally)
    {
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is not { Field: 2, Wire: ProtoWire.Bytes })
                continue;
            if (batch.Count + tally.Count >= _limits.RecordsPerRequest)
                return Fail(OtlpMessage.TooMany("spans", _limits.RecordsPerRequest));
            var span = new Telemetry.Spans.Span { Resource = resource, Scope = batch.Scopes.Count - 1 };
            if (!One(request, fields.Bytes, ref span, batch, tally))
                return false;
            if (BatchBounds.Check(_limits, batch) is { } tooLarge)
                return Fail(tooLarge);
        }
        return true;
    }

    private bool One(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, ref Telemetry.Spans.Span span, SpanBatch batch, RejectionTally tally)
    {
        _refusal = null;
        if (!Scalars(message, ref span, batch, out var hasChildren, out var at))
            return Fail(OtlpMessage.Malformed("a span", request, message, at));
        span.EventStart = batch.Events.Count;
        span.LinkStart = batch.Links.Count;
        if (_refusal is null && hasChildren && !Children(message, ref span, batch))
            return Fail(OtlpMessage.Malformed("an event or link of a span", request, message, 0));
        span.EventCount = batch.Events.Count - span.EventStart;
        span.LinkCount = batch.Links.Count - span.LinkStart;
        if (_refusal is null)
        {
            batch.Spans.Add(span);
            return true;
        }
        batch.Events.Truncate(span.EventStart);
        batch.Links.Truncate(span.LinkStart);
        tally.Add(_refusalReason, _refusal);
        return true;
    }

    /// <summary>All but events and links, which own attribute ranges of their own and so wait until those of the span are complete.</summary>
    private bool Scalars(ReadOnlySpan<byte> message, ref Telemetry.Spans.Span span, SpanBatch batch, out bool hasChildren, out int at)
    {
        hasChildren = false;
        var attributes = batch.Attributes.Count;
        ulong start = 0, end = 0;
        int traceIdLength = 0, spanIdLength = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes): traceIdLength = fields.Bytes.Length; span.TraceId = TraceId.FromBytes(fields.Bytes); break;
                case (2, ProtoWire.Bytes): spanIdLength = fields.Bytes.Length; span.SpanId = SpanId.FromBytes(fields.Bytes); break;
                case (3, ProtoWire.Bytes): span.TraceState = Name(batch.Arena, fields.Bytes, "trace_state"); break;
                case (4, ProtoWire.Bytes): span.ParentSpanId = Parent(fields.Bytes); break;
                case (5, ProtoWire.Bytes): span.Name = Name(batch.Arena, fields.Bytes, "name"); break;
                case (6, ProtoWire.Varint): span.Kind = fields.Number <= 5 ? (SpanKind)fields.Number : SpanKind.Unspecified; break;
                case (7, ProtoWire.Fixed64): start = fields.Number; break;
                case (8, ProtoWire.Fixed64): end = fields.Number; break;
                case (9, ProtoWire.Bytes):
                    if (!Attribute(batch.Attributes, attributes, fields.Bytes, ref span.DroppedAttributes))
                    {
                        at = fields.Position;
                        return false;
                    }
                    break;
                case (10, ProtoWire.Varint): span.DroppedAttributes += Count(fields.Number); break;
                case (11 or 13, ProtoWire.Bytes): hasChildren = true; break;
                case (12, ProtoWire.Varint): span.DroppedEvents += Count(fields.Number); break;
                case (14, ProtoWire.Varint): span.DroppedLinks += Count(fields.Number); break;
                case (15, ProtoWire.Bytes):
                    if (!Status(fields.Bytes, ref span, batch.Arena))
                    {
                        at = fields.Position;
                        return false;
                    }
                    break;
                case (16, ProtoWire.Fixed32): span.Flags = (uint)fields.Number; break;
            }
        }
        at = fields.Position;
        span.Attributes = batch.Attributes.Since(attributes);
        span.StartUnixNano = (long)start;
        span.EndUnixNano = (long)end;
        CheckIds(span, traceIdLength, spanIdLength);
        CheckTimes(start, end);
        return !fields.IsMalformed;
    }

    private void CheckIds(in Telemetry.Spans.Span span, int traceIdLength, int spanIdLength)
    {
        if (span.TraceId.IsEmpty)
            Refuse(RejectReason.Invalid, traceIdLength == TraceId.Size ? "trace_id is all zero" : $"trace_id has {traceIdLength} bytes, not {TraceId.Size}");
        else if (span.SpanId.IsEmpty)
            Refuse(RejectReason.Invalid, spanIdLength == SpanId.Size ? "span_id is all zero" : $"span_id has {spanIdLength} bytes, not {SpanId.Size}");
    }

    private void CheckTimes(ulong start, ulong end)
    {
        if (start == 0)
            Refuse(RejectReason.Invalid, "start_time_unix_nano is missing or 0");
        else if (start > OtlpMessage.MaxNanos || end > OtlpMessage.MaxNanos)
            Refuse(RejectReason.TooFarInFuture, "a span time is beyond the year 2262; times are nanoseconds since 1970");
    }

    private bool Children(ReadOnlySpan<byte> message, ref Telemetry.Spans.Span span, SpanBatch batch)
    {
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 11, Wire: ProtoWire.Bytes })
            {
                if (batch.Events.Count - span.EventStart >= _limits.EventsPerSpan)
                    span.DroppedEvents++;
                else if (!Event(fields.Bytes, batch))
                    return false;
            }
            else if (fields is { Field: 13, Wire: ProtoWire.Bytes })
            {
                if (batch.Links.Count - span.LinkStart >= _limits.EventsPerSpan)
                    span.DroppedLinks++;
                else if (!Link(fields.Bytes, batch))
                    return false;
            }
        }
        return true;
    }

    private bool Event(ReadOnlySpan<byte> message, SpanBatch batch)
    {
        var start = batch.Attributes.Count;
        var dropped = 0;
        long time = 0;
        Slice name = default;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Fixed64): time = (long)Math.Min(fields.Number, OtlpMessage.MaxNanos); break;
                case (2, ProtoWire.Bytes): name = Name(batch.Arena, fields.Bytes, "event name"); break;
                case (3, ProtoWire.Bytes):
                    if (!Attribute(batch.Attributes, start, fields.Bytes, ref dropped))
                        return false;
                    break;
                case (4, ProtoWire.Varint): dropped += Count(fields.Number); break;
            }
        }
        batch.Events.Add(new SpanEvent(time, name, batch.Attributes.Since(start), dropped));
        return !fields.IsMalformed;
    }

    private bool Link(ReadOnlySpan<byte> message, SpanBatch batch)
    {
        var start = batch.Attributes.Count;
        var dropped = 0;
        TraceId trace = default;
        SpanId id = default;
        Slice state = default;
        uint flags = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes): trace = TraceId.FromBytes(fields.Bytes); break;
                case (2, ProtoWire.Bytes): id = SpanId.FromBytes(fields.Bytes); break;
                case (3, ProtoWire.Bytes): state = Name(batch.Arena, fields.Bytes, "trace_state of a link"); break;
                case (4, ProtoWire.Bytes):
                    if (!Attribute(batch.Attributes, start, fields.Bytes, ref dropped))
                        return false;
                    break;
                case (5, ProtoWire.Varint): dropped += Count(fields.Number); break;
                case (6, ProtoWire.Fixed32): flags = (uint)fields.Number; break;
            }
        }
        batch.Links.Add(new SpanLink(trace, id, state, batch.Attributes.Since(start), dropped, flags));
        return !fields.IsMalformed;
    }

    private bool Status(ReadOnlySpan<byte> message, ref Telemetry.Spans.Span span, ByteArena arena)
    {
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 2, Wire: ProtoWire.Bytes })
                span.StatusMessage = Name(arena, fields.Bytes, "status message");
            else if (fields is { Field: 3, Wire: ProtoWire.Varint })
                span.Status = fields.Number <= 2 ? (SpanStatus)fields.Number : SpanStatus.Unset;
        }
        return !fields.IsMalformed;
    }

    private SpanId Parent(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is not (0 or SpanId.Size))
            Refuse(RejectReason.Invalid, $"parent_span_id has {bytes.Length} bytes, not {SpanId.Size}");
        return SpanId.FromBytes(bytes);
    }

    private Slice Name(ByteArena arena, ReadOnlySpan<byte> text, string what)
    {
        if (text.Length <= _limits.NameBytes)
            return Text.Append(arena, text, ref _repaired);
        Refuse(RejectReason.TooLarge, $"{what} of {text.Length} bytes; the limit is {_limits.NameBytes}");
        return default;
    }

    /// <summary>False only when the bytes are malformed; a value past a limit refuses the span.</summary>
    private bool Attribute(AttributeTable table, int start, ReadOnlySpan<byte> keyValue, ref int dropped)
    {
        if (_attributes.Add(table, start, keyValue, ref dropped))
            return true;
        var malformed = _attributes.IsMalformed;
        Refuse(_attributes.FaultReason, _attributes.Fault!);
        return !malformed;
    }

    private void Refuse(RejectReason reason, string detail)
    {
        if (_refusal is not null)
            return;
        _refusal = detail;
        _refusalReason = reason;
    }

    private static int Count(ulong number) => (int)Math.Min(number, int.MaxValue / 2);

    private bool Fail(DecodeFailure failure)
    {
        _failure = failure;
        return false;
    }
}
