using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Decode.Jaeger;

/// <summary>
/// Reads a Batch of jaeger.thrift in the binary protocol and maps its spans as OpenTelemetry does. A span that breaks a rule is refused by itself; malformed
/// bytes fail the request. Not thread-safe.
/// </summary>
internal sealed class JaegerSpans(IngestLimits limits)
{
    private readonly SpanBuilder _spans = new(limits);
    private DecodeFailure? _tooLarge;

    /// <summary>Fills the batch; a failure means that nothing of it may be stored.</summary>
    public DecodeFailure? Decode(ReadOnlySpan<byte> body, SpanBatch batch, RejectionTally tally)
    {
        _spans.Begin(batch, tally);
        _tooLarge = null;
        // The process may stand behind the spans that belong to it, so it is looked for first.
        var reader = new ThriftReader(body);
        var start = batch.Attributes.Count;
        while (reader.ReadField())
        {
            if (reader.Is(1, ThriftType.Struct))
                Process(ref reader, batch, start);
            else
                reader.Skip();
        }
        if (reader.IsMalformed)
            return Malformed(body, reader.Position);
        if (reader.Position < body.Length)
            return new DecodeFailure($"malformed thrift: the Batch ends at byte {reader.Position} of {body.Length}; send one Batch of jaeger.thrift in the binary protocol a request. Nothing of the request was stored");
        _spans.Resource(start);
        reader = new ThriftReader(body);
        while (_tooLarge is null && reader.ReadField())
        {
            if (reader.Is(2, ThriftType.List))
                Spans(ref reader, batch, tally);
            else
                reader.Skip();
        }
        if (_tooLarge is not null)
            return _tooLarge;
        if (reader.IsMalformed)
            return Malformed(body, reader.Position);
        _spans.End();
        return null;
    }

    private static DecodeFailure Malformed(ReadOnlySpan<byte> body, int at) =>
        new($"malformed thrift: cut short or malformed at byte {at} of {body.Length}; send a Batch of jaeger.thrift in the binary protocol. Nothing of the request was stored");

    private void Process(ref ThriftReader reader, SpanBatch batch, int start)
    {
        var table = batch.Attributes;
        table.Truncate(start);
        while (reader.ReadField())
        {
            if (reader.Is(1, ThriftType.String))
            {
                table.Add(table.Arena.Append(ResourceKeys.ServiceName), AttributeValue.OfString(_spans.Copy(Text.Cut(reader.String(), limits.LabelValueBytes))));
            }
            else if (reader.Is(2, ThriftType.List))
            {
                for (var left = reader.Structs(); left > 0 && !reader.IsMalformed; left--)
                    ProcessTag(JaegerTag.Read(ref reader), table, start);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    // The service is the name of the process; a tag does not say another.
    private void ProcessTag(in JaegerTag tag, AttributeTable table, int start)
    {
        if (table.Count - start >= limits.AttributesPerRecord || tag.Key.Length > limits.AttributeKeyBytes || tag.Bytes.Length > limits.AttributeValueBytes
            || tag.Key.SequenceEqual(ResourceKeys.ServiceName))
            return;
        table.Add(_spans.Copy(tag.Key.SequenceEqual("hostname"u8) ? "host.name"u8 : tag.Key), tag.Value(_spans));
    }

    private void Spans(ref ThriftReader reader, SpanBatch batch, RejectionTally tally)
    {
        for (var left = reader.Structs(); left > 0 && !reader.IsMalformed; left--)
        {
            _tooLarge = batch.Count + tally.Count >= limits.RecordsPerRequest
                ? new DecodeFailure($"more than {limits.RecordsPerRequest} spans in one request; send smaller batches", IsTooLarge: true)
                : BatchBounds.Check(limits, batch);
            if (_tooLarge is not null)
                return;
            Span(ref reader);
        }
    }

    private void Span(ref ThriftReader reader)
    {
        _spans.BeginSpan();
        ref var span = ref _spans.Span;
        ulong low = 0, high = 0;
        long start = 0, duration = 0;
        // Logs and references own attributes of their own, so they wait until those of the span are complete.
        ThriftReader logs = default, references = default;
        while (reader.ReadField())
        {
            switch (reader.Field, reader.Type)
            {
                case (1, ThriftType.I64): low = (ulong)reader.I64(); break;
                case (2, ThriftType.I64): high = (ulong)reader.I64(); break;
                case (3, ThriftType.I64): span.SpanId = new SpanId((ulong)reader.I64()); break;
                case (4, ThriftType.I64): span.ParentSpanId = new SpanId((ulong)reader.I64()); break;
                case (5, ThriftType.String): _spans.Name(reader.String()); break;
                case (6, ThriftType.List): references = reader; reader.Skip(); break;
                case (7, ThriftType.I32): span.Flags = (uint)reader.I32() & 1; break;
                case (8, ThriftType.I64): start = reader.I64(); break;
                case (9, ThriftType.I64): duration = reader.I64(); break;
                case (10, ThriftType.List): Tags(ref reader); break;
                case (11, ThriftType.List): logs = reader; reader.Skip(); break;
                default: reader.Skip(); break;
            }
        }
        if (reader.IsMalformed)
            return;
        span.TraceId = new TraceId(high, low);
        _spans.Times(start, duration);
        _spans.EndAttributes();
        if (references.Type == ThriftType.List)
            References(ref references);
        if (logs.Type == ThriftType.List)
            Logs(ref logs);
        _spans.EndSpan();
    }

    private void Tags(ref ThriftReader reader)
    {
        for (var left = reader.Structs(); left > 0 && !reader.IsMalformed; left--)
        {
            var tag = JaegerTag.Read(ref reader);
            if (tag.Key.SequenceEqual("span.kind"u8) && tag.Kind == AttributeKind.String)
                _spans.Span.Kind = KindOf(tag.Bytes);
            else if (tag.Key.SequenceEqual("error"u8) && (tag.IsTrue || tag.Bytes.SequenceEqual("true"u8)))
                _spans.Error(default);
            else if (tag.Kind == AttributeKind.String)
                _spans.Tag(tag.Key, tag.Bytes);
            else if (tag.Bytes.Length <= limits.AttributeValueBytes)
                _spans.Attribute(tag.Key, tag.Value(_spans));
            else
                _spans.Refuse(RejectReason.TooLarge, $"tag '{Text.Preview(tag.Key)}' of {tag.Bytes.Length} bytes; the limit is {limits.AttributeValueBytes}");
        }
    }

    // The parent may come as a reference alone; the others become links.
    private void References(ref ThriftReader reader)
    {
        ref var span = ref _spans.Span;
        for (var left = reader.Structs(); left > 0 && !reader.IsMalformed; left--)
        {
            var isFollowing = false;
            ulong low = 0, high = 0, id = 0;
            while (reader.ReadField())
            {
                switch (reader.Field, reader.Type)
                {
                    case (1, ThriftType.I32): isFollowing = reader.I32() == 1; break;
                    case (2, ThriftType.I64): low = (ulong)reader.I64(); break;
                    case (3, ThriftType.I64): high = (ulong)reader.I64(); break;
                    case (4, ThriftType.I64): id = (ulong)reader.I64(); break;
                    default: reader.Skip(); break;
                }
            }
            var (trace, target) = (new TraceId(high, low), new SpanId(id));
            if (!isFollowing && trace == span.TraceId && span.ParentSpanId.IsEmpty)
                span.ParentSpanId = target;
            if (trace != span.TraceId || target != span.ParentSpanId)
                _spans.Link(trace, target, isFollowing ? "follows_from"u8 : "child_of"u8);
        }
    }

    private void Logs(ref ThriftReader reader)
    {
        for (var left = reader.Structs(); left > 0 && !reader.IsMalformed; left--)
        {
            long micros = 0;
            ReadOnlySpan<byte> name = default, message = default;
            var start = _spans.BeginEvent();
            var canAdd = _spans.CanAddEvent();
            while (reader.ReadField())
            {
                if (reader.Is(1, ThriftType.I64))
                    micros = reader.I64();
                else if (reader.Is(2, ThriftType.List) && canAdd)
                    LogFields(ref reader, start, ref name, ref message);
                else
                    reader.Skip();
            }
            if (canAdd)
                _spans.Event(micros, name.IsEmpty ? message.IsEmpty ? "log"u8 : message : name, start);
        }
    }

    private void LogFields(ref ThriftReader reader, int start, ref ReadOnlySpan<byte> name, ref ReadOnlySpan<byte> message)
    {
        for (var left = reader.Structs(); left > 0 && !reader.IsMalformed; left--)
        {
            var tag = JaegerTag.Read(ref reader);
            if (tag.Kind == AttributeKind.String && tag.Key.SequenceEqual("event"u8) && name.IsEmpty)
            {
                name = tag.Bytes;
                continue;
            }
            if (tag.Kind == AttributeKind.String && tag.Key.SequenceEqual("message"u8))
                message = tag.Bytes;
            if (_spans.TakesEventAttribute(start, tag.Key, tag.Bytes.Length))
                _spans.EventAttribute(tag.Key, tag.Value(_spans));
        }
    }

    private static SpanKind KindOf(ReadOnlySpan<byte> kind)
    {
        if (kind.SequenceEqual("client"u8))
            return SpanKind.Client;
        if (kind.SequenceEqual("server"u8))
            return SpanKind.Server;
        if (kind.SequenceEqual("producer"u8))
            return SpanKind.Producer;
        if (kind.SequenceEqual("consumer"u8))
            return SpanKind.Consumer;
        return kind.SequenceEqual("internal"u8) ? SpanKind.Internal : SpanKind.Unspecified;
    }
}
