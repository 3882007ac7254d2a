using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>Spans as events: told apart by trace id and span id; tagged by service name.</summary>
internal sealed class SpanSignal : EventSignal<SpanBatch>
{
    private readonly WordFilter _words = new();
    private BlockEncoder? _encoder;

    public override string Name => DataLayout.Spans;

    public override WordFilter Words => _words;

    public override FrameType WalFrame => FrameType.Spans;

    // Questions are about few traces out of all, and a block is read whole.
    public override int BlockRows => 1024;

    public override int Count(SpanBatch batch) => batch.Count;

    public override bool IsDropped(SpanBatch batch, int row) => batch.Spans.Span[row].IsDropped;

    public override void Drop(SpanBatch batch, int row) => batch.Spans.Mutable[row].IsDropped = true;

    public override long TimeNanos(SpanBatch batch, int row) => batch.Spans.Span[row].StartUnixNano;

    public override EventKey Key(SpanBatch batch, int row)
    {
        ref readonly var span = ref batch.Spans.Span[row];
        return EventKey.OfSpan(span.TraceId, span.SpanId, span.StartUnixNano);
    }

    public override string? WhyInvalid(SpanBatch batch, int row)
    {
        ref readonly var span = ref batch.Spans.Span[row];
        return span.TraceId.IsEmpty ? "its trace id is all zero" : span.SpanId.IsEmpty ? "its span id is all zero" : null;
    }

    public override long SizeBytes(SpanBatch batch) =>
        4096 + batch.Arena.Length + batch.Spans.Count * 200L + batch.Attributes.Count * 40L + batch.Events.Count * 40L + batch.Links.Count * 56L;

    public override ReadOnlySpan<byte> Tag(SpanBatch batch, int row)
    {
        var resource = batch.Spans.Span[row].Resource;
        if (resource < 0)
            return default;
        var at = batch.Attributes.Find(batch.Resources[resource].Attributes, ResourceKeys.ServiceName);
        return at < 0 || batch.Attributes.Values[at].Kind != AttributeKind.String ? default : batch.Arena.Get(batch.Attributes.Values[at].Payload);
    }

    public override TraceId Trace(SpanBatch batch, int row) => batch.Spans.Span[row].TraceId;

    public override ulong TraceFingerprint(SpanBatch batch, int row) => Fingerprint(batch.Spans.Span[row].TraceId);

    public override (long MaxDurationNanos, int StatusBits) Extremes(SpanBatch batch)
    {
        var (longest, statuses) = (0L, 0);
        foreach (ref readonly var span in batch.Spans.Span)
        {
            longest = Math.Max(longest, span.DurationNanos);
            statuses |= 1 << ((int)span.Status & 7);
        }
        return (longest, statuses);
    }

    public override EventCopier<SpanBatch> NewCopier() => new SpanCopier();

    public override EventDeletion<SpanBatch>? ReadDeletion(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        return SpanErasure.TryRead(ref reader);
    }

    public override EventSignal<SpanBatch> Fork() => new SpanSignal();

    public static ulong Fingerprint(TraceId trace) => trace.Low ^ (trace.High * 0x9E3779B97F4A7C15);

    public override void Encode(SpanBatch batch, ByteWriter into, bool compress)
    {
        var encoder = _encoder ??= new BlockEncoder(SpanBlock.Columns);
        encoder.Clear();
        if (compress)
            AddWords(batch);
        var last = default(Span);
        foreach (ref readonly var span in batch.Spans.Span)
        {
            EncodeSpan(encoder, batch, span, last);
            EncodeEvents(encoder, batch, span);
            EncodeLinks(encoder, batch, span);
            last = span;
        }
        encoder.Finish(into, batch.Count, batch.Resources, batch.Scopes, batch.Attributes, compress);
    }

    public override SpanBatch? Decode(ReadOnlySpan<byte> block)
    {
        var batch = new SpanBatch();
        var decoder = new BlockDecoder(batch.Arena, batch.Attributes, SpanBlock.Columns);
        if (!decoder.TryRead(block, batch.Resources, batch.Scopes))
            return null;
        var last = default(Span);
        for (var row = 0; row < decoder.Rows && !decoder.Failed; row++)
        {
            last = DecodeSpan(decoder, batch, last);
            last.Attributes = decoder.Range(SpanBlock.Shape);
            batch.Spans.Add(last);
            DecodeEvents(decoder, batch, last);
            DecodeLinks(decoder, batch, last);
        }
        return decoder.Failed ? null : batch;
    }

    /// <summary>Of spans that are not wanted, and of columns that nobody asks for, nothing is read.</summary>
    public override SpanBatch? Decode(BlockBytes block, EventFilter<SpanBatch> filter)
    {
        if (filter is not SpanRowFilter rows)
            return base.Decode(block, filter);
        var batch = rows.NewBatch();
        return block.TryReadAll(out var bytes) && SpanBlockReader.TryRead(bytes, rows, batch) ? batch : null;
    }

    private void AddWords(SpanBatch batch)
    {
        _words.Clear();
        foreach (ref readonly var span in batch.Spans.Span)
            AttributeWords.Add(_words, batch.Attributes, span.Attributes);
        foreach (ref readonly var resource in batch.Resources.Span)
            AttributeWords.Add(_words, batch.Attributes, resource.Attributes);
    }

    private static void EncodeSpan(BlockEncoder encoder, SpanBatch batch, in Span span, in Span last)
    {
        encoder[SpanBlock.Resource].PutVarint((ulong)(span.Resource + 1));
        encoder[SpanBlock.Scope].PutVarint((ulong)(span.Scope + 1));
        encoder.PutTrace(SpanBlock.Trace, span.TraceId, last.TraceId);
        encoder.PutSpan(SpanBlock.Span, span.SpanId, default);
        encoder.PutSpan(SpanBlock.Parent, span.ParentSpanId, last.SpanId);
        encoder.PutShared(SpanBlock.State, batch.Arena.Get(span.TraceState));
        encoder[SpanBlock.Flags].PutVarint(span.Flags);
        encoder.PutShared(SpanBlock.Name, batch.Arena.Get(span.Name));
        encoder[SpanBlock.Kind].PutByte((byte)span.Kind);
        encoder[SpanBlock.Status].PutByte((byte)span.Status);
        encoder[SpanBlock.Message].PutText(batch.Arena.Get(span.StatusMessage));
        encoder[SpanBlock.Start].PutZigZag(span.StartUnixNano - last.StartUnixNano);
        encoder[SpanBlock.Duration].PutZigZag(span.EndUnixNano - span.StartUnixNano);
        encoder[SpanBlock.Shape].PutVarint((ulong)encoder.Attributes.Add(batch.Attributes, span.Attributes));
        encoder[SpanBlock.Dropped].PutVarint((uint)span.DroppedAttributes);
        encoder[SpanBlock.Dropped].PutVarint((uint)span.DroppedEvents);
        encoder[SpanBlock.Dropped].PutVarint((uint)span.DroppedLinks);
        encoder[SpanBlock.Counts].PutVarint((uint)span.EventCount);
        encoder[SpanBlock.Counts].PutVarint((uint)span.LinkCount);
    }

    private static void EncodeEvents(BlockEncoder encoder, SpanBatch batch, in Span span)
    {
        foreach (ref readonly var e in batch.Events.Span.Slice(span.EventStart, span.EventCount))
        {
            encoder[SpanBlock.EventTime].PutZigZag(e.TimeUnixNano - span.StartUnixNano);
            encoder.PutShared(SpanBlock.EventName, batch.Arena.Get(e.Name));
            encoder[SpanBlock.EventShape].PutVarint((ulong)encoder.Attributes.Add(batch.Attributes, e.Attributes));
            encoder[SpanBlock.Dropped].PutVarint((uint)e.DroppedAttributes);
        }
    }

    private static void EncodeLinks(BlockEncoder encoder, SpanBatch batch, in Span span)
    {
        foreach (ref readonly var link in batch.Links.Span.Slice(span.LinkStart, span.LinkCount))
        {
            encoder.PutTrace(SpanBlock.LinkTrace, link.TraceId, default);
            encoder.PutSpan(SpanBlock.LinkSpan, link.SpanId, default);
            encoder.PutShared(SpanBlock.LinkState, batch.Arena.Get(link.TraceState));
            encoder[SpanBlock.LinkShape].PutVarint((ulong)encoder.Attributes.Add(batch.Attributes, link.Attributes));
            encoder[SpanBlock.Dropped].PutVarint((uint)link.DroppedAttributes);
            encoder[SpanBlock.Flags].PutVarint(link.Flags);
        }
    }

    private static Span DecodeSpan(BlockDecoder decoder, SpanBatch batch, in Span last)
    {
        var start = last.StartUnixNano + decoder.ZigZag(SpanBlock.Start);
        return new Span
        {
            Resource = decoder.OptionalIndex(SpanBlock.Resource, batch.Resources.Count),
            Scope = decoder.OptionalIndex(SpanBlock.Scope, batch.Scopes.Count),
            TraceId = decoder.Trace(SpanBlock.Trace, last.TraceId),
            SpanId = decoder.Span(SpanBlock.Span, default),
            ParentSpanId = decoder.Span(SpanBlock.Parent, last.SpanId),
            TraceState = decoder.Shared(SpanBlock.State),
            Flags = (uint)decoder.Varint(SpanBlock.Flags),
            Name = decoder.Shared(SpanBlock.Name),
            Kind = (SpanKind)decoder.Byte(SpanBlock.Kind),
            Status = (SpanStatus)decoder.Byte(SpanBlock.Status),
            StatusMessage = decoder.Text(SpanBlock.Message),
            StartUnixNano = start,
            EndUnixNano = start + decoder.ZigZag(SpanBlock.Duration),
            DroppedAttributes = (int)decoder.Varint(SpanBlock.Dropped),
            DroppedEvents = (int)decoder.Varint(SpanBlock.Dropped),
            DroppedLinks = (int)decoder.Varint(SpanBlock.Dropped),
            EventStart = batch.Events.Count,
            LinkStart = batch.Links.Count,
            EventCount = (int)(uint)Math.Min(decoder.Varint(SpanBlock.Counts), int.MaxValue),
            LinkCount = (int)(uint)Math.Min(decoder.Varint(SpanBlock.Counts), int.MaxValue),
        };
    }

    private static void DecodeEvents(BlockDecoder decoder, SpanBatch batch, in Span span)
    {
        for (var i = 0; i < span.EventCount && !decoder.Failed; i++)
        {
            batch.Events.Add(new SpanEvent(span.StartUnixNano + decoder.ZigZag(SpanBlock.EventTime), decoder.Shared(SpanBlock.EventName), decoder.Range(SpanBlock.EventShape),
                (int)decoder.Varint(SpanBlock.Dropped)));
        }
    }

    private static void DecodeLinks(BlockDecoder decoder, SpanBatch batch, in Span span)
    {
        for (var i = 0; i < span.LinkCount && !decoder.Failed; i++)
        {
            batch.Links.Add(new SpanLink(decoder.Trace(SpanBlock.LinkTrace, default), decoder.Span(SpanBlock.LinkSpan, default), decoder.Shared(SpanBlock.LinkState),
                decoder.Range(SpanBlock.LinkShape), (int)decoder.Varint(SpanBlock.Dropped), (uint)decoder.Varint(SpanBlock.Flags)));
        }
    }
}
