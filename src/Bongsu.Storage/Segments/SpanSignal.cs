using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>Spans as events: told apart by trace id and span id; tagged by service name.</summary>
internal sealed class SpanSignal : EventSignal<SpanBatch>
{
    // Columns of a block; numbers are on disk.
    private const int ResourceColumn = 0;
    private const int ScopeColumn = 1;
    private const int TraceColumn = 2;
    private const int SpanColumn = 3;
    private const int ParentColumn = 4;
    private const int StateColumn = 5;
    private const int FlagsColumn = 6;
    private const int NameColumn = 7;
    private const int KindColumn = 8;
    private const int StatusColumn = 9;
    private const int MessageColumn = 10;
    private const int StartColumn = 11;
    private const int DurationColumn = 12;
    private const int ShapeColumn = 13;
    private const int DroppedColumn = 14;
    private const int CountsColumn = 15;
    private const int EventTimeColumn = 16;
    private const int EventNameColumn = 17;
    private const int EventShapeColumn = 18;
    private const int LinkTraceColumn = 19;
    private const int LinkSpanColumn = 20;
    private const int LinkStateColumn = 21;
    private const int LinkShapeColumn = 22;
    private const int Columns = 23;

    private static readonly AllRows<SpanBatch> s_all = new();

    private readonly BlockEncoder _encoder = new(Columns);
    private readonly WordFilter _words = new();

    public override string Name => DataLayout.Spans;

    public override WordFilter Words => _words;

    public override FrameType WalFrame => FrameType.Spans;

    // Questions are about few traces out of all, and a block is read whole.
    public override int BlockRows => 1024;

    public override int Count(SpanBatch batch) => batch.Count;

    public override bool IsDropped(SpanBatch batch, int row) => batch.Spans.Span[row].IsDropped;

    public override long TimeNanos(SpanBatch batch, int row) => batch.Spans.Span[row].StartUnixNano;

    public override EventKey Key(SpanBatch batch, int row) => EventKey.OfSpan(batch.Spans.Span[row].TraceId, batch.Spans.Span[row].SpanId);

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
        _encoder.Clear();
        if (compress)
            AddWords(batch);
        var last = default(Span);
        foreach (ref readonly var span in batch.Spans.Span)
        {
            EncodeSpan(batch, span, last);
            EncodeEvents(batch, span);
            EncodeLinks(batch, span);
            last = span;
        }
        _encoder.Finish(into, batch.Count, batch.Resources, batch.Scopes, batch.Attributes, compress);
    }

    public override SpanBatch? Decode(ReadOnlySpan<byte> block) => Decode(block, s_all);

    /// <summary>Spans that are not wanted are stepped over: what they refer to is not read.</summary>
    public override SpanBatch? Decode(ReadOnlySpan<byte> block, EventFilter<SpanBatch> filter)
    {
        var batch = new SpanBatch();
        var decoder = new BlockDecoder(batch.Arena, batch.Attributes, Columns);
        if (!decoder.TryRead(block, batch.Resources, batch.Scopes))
            return null;
        filter.Begin(batch);
        var last = default(Span);
        for (var row = 0; row < decoder.Rows && !decoder.Failed; row++)
        {
            last = DecodeSpan(decoder, batch, last);
            batch.Spans.Add(last);
            var attributes = batch.Attributes.Count;
            if (filter.NeedsAttributes)
                batch.Spans.Mutable[^1].Attributes = decoder.Range(ShapeColumn);
            var isWanted = last.StartUnixNano >= filter.FromNanos && last.StartUnixNano < filter.ToNanos && !decoder.Failed && filter.WantsRow(batch, batch.Count - 1);
            if (isWanted && !filter.NeedsAttributes)
                batch.Spans.Mutable[^1].Attributes = decoder.Range(ShapeColumn);
            else if (!filter.NeedsAttributes)
                decoder.SkipRange(ShapeColumn);
            DecodeEvents(decoder, batch, last);
            DecodeLinks(decoder, batch, last);
            if (isWanted)
                continue;
            // Why: the cursors are behind the span, and what it added goes again.
            batch.Spans.Truncate(batch.Count - 1);
            batch.Attributes.Truncate(attributes);
            batch.Events.Truncate(last.EventStart);
            batch.Links.Truncate(last.LinkStart);
        }
        // Selections ask for the newest first.
        if (filter is SpanFilter)
            batch.Spans.Mutable.Reverse();
        return decoder.Failed ? null : batch;
    }

    private void AddWords(SpanBatch batch)
    {
        _words.Clear();
        foreach (ref readonly var span in batch.Spans.Span)
            AttributeWords.Add(_words, batch.Attributes, span.Attributes);
        foreach (ref readonly var resource in batch.Resources.Span)
            AttributeWords.Add(_words, batch.Attributes, resource.Attributes);
    }

    private void EncodeSpan(SpanBatch batch, in Span span, in Span last)
    {
        var encoder = _encoder;
        encoder[ResourceColumn].PutVarint((ulong)(span.Resource + 1));
        encoder[ScopeColumn].PutVarint((ulong)(span.Scope + 1));
        encoder.PutTrace(TraceColumn, span.TraceId, last.TraceId);
        encoder.PutSpan(SpanColumn, span.SpanId, default);
        encoder.PutSpan(ParentColumn, span.ParentSpanId, last.SpanId);
        encoder.PutShared(StateColumn, batch.Arena.Get(span.TraceState));
        encoder[FlagsColumn].PutVarint(span.Flags);
        encoder.PutShared(NameColumn, batch.Arena.Get(span.Name));
        encoder[KindColumn].PutByte((byte)span.Kind);
        encoder[StatusColumn].PutByte((byte)span.Status);
        encoder[MessageColumn].PutText(batch.Arena.Get(span.StatusMessage));
        encoder[StartColumn].PutZigZag(span.StartUnixNano - last.StartUnixNano);
        encoder[DurationColumn].PutZigZag(span.EndUnixNano - span.StartUnixNano);
        encoder[ShapeColumn].PutVarint((ulong)encoder.Attributes.Add(batch.Attributes, span.Attributes));
        encoder[DroppedColumn].PutVarint((uint)span.DroppedAttributes);
        encoder[DroppedColumn].PutVarint((uint)span.DroppedEvents);
        encoder[DroppedColumn].PutVarint((uint)span.DroppedLinks);
        encoder[CountsColumn].PutVarint((uint)span.EventCount);
        encoder[CountsColumn].PutVarint((uint)span.LinkCount);
    }

    private void EncodeEvents(SpanBatch batch, in Span span)
    {
        foreach (ref readonly var e in batch.Events.Span.Slice(span.EventStart, span.EventCount))
        {
            _encoder[EventTimeColumn].PutZigZag(e.TimeUnixNano - span.StartUnixNano);
            _encoder.PutShared(EventNameColumn, batch.Arena.Get(e.Name));
            _encoder[EventShapeColumn].PutVarint((ulong)_encoder.Attributes.Add(batch.Attributes, e.Attributes));
            _encoder[DroppedColumn].PutVarint((uint)e.DroppedAttributes);
        }
    }

    private void EncodeLinks(SpanBatch batch, in Span span)
    {
        foreach (ref readonly var link in batch.Links.Span.Slice(span.LinkStart, span.LinkCount))
        {
            _encoder.PutTrace(LinkTraceColumn, link.TraceId, default);
            _encoder.PutSpan(LinkSpanColumn, link.SpanId, default);
            _encoder.PutShared(LinkStateColumn, batch.Arena.Get(link.TraceState));
            _encoder[LinkShapeColumn].PutVarint((ulong)_encoder.Attributes.Add(batch.Attributes, link.Attributes));
            _encoder[DroppedColumn].PutVarint((uint)link.DroppedAttributes);
            _encoder[FlagsColumn].PutVarint(link.Flags);
        }
    }

    private static Span DecodeSpan(BlockDecoder decoder, SpanBatch batch, in Span last)
    {
        var start = last.StartUnixNano + decoder.ZigZag(StartColumn);
        return new Span
        {
            Resource = decoder.OptionalIndex(ResourceColumn, batch.Resources.Count),
            Scope = decoder.OptionalIndex(ScopeColumn, batch.Scopes.Count),
            TraceId = decoder.Trace(TraceColumn, last.TraceId),
            SpanId = decoder.Span(SpanColumn, default),
            ParentSpanId = decoder.Span(ParentColumn, last.SpanId),
            TraceState = decoder.Shared(StateColumn),
            Flags = (uint)decoder.Varint(FlagsColumn),
            Name = decoder.Shared(NameColumn),
            Kind = (SpanKind)decoder.Byte(KindColumn),
            Status = (SpanStatus)decoder.Byte(StatusColumn),
            StatusMessage = decoder.Text(MessageColumn),
            StartUnixNano = start,
            EndUnixNano = start + decoder.ZigZag(DurationColumn),
            DroppedAttributes = (int)decoder.Varint(DroppedColumn),
            DroppedEvents = (int)decoder.Varint(DroppedColumn),
            DroppedLinks = (int)decoder.Varint(DroppedColumn),
            EventStart = batch.Events.Count,
            LinkStart = batch.Links.Count,
            EventCount = (int)(uint)Math.Min(decoder.Varint(CountsColumn), int.MaxValue),
            LinkCount = (int)(uint)Math.Min(decoder.Varint(CountsColumn), int.MaxValue),
        };
    }

    private static void DecodeEvents(BlockDecoder decoder, SpanBatch batch, in Span span)
    {
        for (var i = 0; i < span.EventCount && !decoder.Failed; i++)
        {
            batch.Events.Add(new SpanEvent(span.StartUnixNano + decoder.ZigZag(EventTimeColumn), decoder.Shared(EventNameColumn), decoder.Range(EventShapeColumn),
                (int)decoder.Varint(DroppedColumn)));
        }
    }

    private static void DecodeLinks(BlockDecoder decoder, SpanBatch batch, in Span span)
    {
        for (var i = 0; i < span.LinkCount && !decoder.Failed; i++)
        {
            batch.Links.Add(new SpanLink(decoder.Trace(LinkTraceColumn, default), decoder.Span(LinkSpanColumn, default), decoder.Shared(LinkStateColumn),
                decoder.Range(LinkShapeColumn), (int)decoder.Varint(DroppedColumn), (uint)decoder.Varint(FlagsColumn)));
        }
    }
}
