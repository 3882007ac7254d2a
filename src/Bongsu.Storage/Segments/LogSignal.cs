using System.Buffers.Binary;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>Log records as events: told apart by stream, time and body; tagged by stream.</summary>
internal sealed class LogSignal : EventSignal<LogBatch>
{
    // Columns of a block; numbers are on disk.
    private const int StreamColumn = 0;
    private const int ResourceColumn = 1;
    private const int ScopeColumn = 2;
    private const int TimeColumn = 3;
    private const int ObservedColumn = 4;
    private const int SeverityColumn = 5;
    private const int SeverityTextColumn = 6;
    private const int EventNameColumn = 7;
    private const int BodyKindColumn = 8;
    private const int BodyBitsColumn = 9;
    private const int BodyColumn = 10;
    private const int TraceColumn = 11;
    private const int SpanColumn = 12;
    private const int FlagsColumn = 13;
    private const int DroppedColumn = 14;
    private const int ShapeColumn = 15;
    private const int Columns = 16;

    private readonly BlockEncoder _encoder = new(Columns);
    private readonly LogBlockEncoder _sealed = new();
    private int[] _streamNumbers = [];

    public override string Name => DataLayout.Logs;

    public override FrameType WalFrame => FrameType.Logs;

    // Questions are about columns, which are the smaller the longer they are.
    public override int BlockRows => LogBlock.MaxRows;

    public override int Count(LogBatch batch) => batch.Count;

    public override bool IsDropped(LogBatch batch, int row) => batch.Records.Span[row].IsDropped;

    public override void Drop(LogBatch batch, int row) => batch.Records.Mutable[row].IsDropped = true;

    public override long TimeNanos(LogBatch batch, int row) => batch.Records.Span[row].TimeUnixNano;

    public override EventKey Key(LogBatch batch, int row)
    {
        ref readonly var record = ref batch.Records.Span[row];
        return EventKey.OfLog(batch.StreamLabels(record.Stream), record.TimeUnixNano, BodyHash(batch, record) + EventKey.FieldsHash(batch, record));
    }

    private static ulong BodyHash(LogBatch batch, in LogRecord record)
    {
        // In place of a body that was not read stands its hash.
        if (record.FieldsAt > 0)
            return (ulong)record.Body.Bits;
        if (!record.Body.Payload.IsEmpty)
            return EventKey.BodyHash(batch.Arena.Get(record.Body.Payload));
        // A body that is a number has no bytes of its own.
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, record.Body.Bits);
        return EventKey.BodyHash(number);
    }

    public override string? WhyInvalid(LogBatch batch, int row)
    {
        var stream = batch.Records.Span[row].Stream;
        return (uint)stream >= (uint)batch.Streams.Count || !LabelReader.IsCanonical(batch.StreamLabels(stream)) ? "the labels of its stream are malformed" : null;
    }

    public override bool IsValidAs(LogBatch batch, int row, int valid) => batch.Records.Span[row].Stream == batch.Records.Span[valid].Stream;

    public override long SizeBytes(LogBatch batch) =>
        4096 + batch.Arena.Length + batch.Records.Count * 176L + batch.Attributes.Count * 40L + (batch.Resources.Count + batch.Scopes.Count) * 40L;

    public override ReadOnlySpan<byte> Tag(LogBatch batch, int row) => batch.StreamLabels(batch.Records.Span[row].Stream);

    // Records of many streams come in turns, so each stream is looked up once.
    public override void AddTags(LogBatch batch, ByteDictionary tags, ISet<int> numbers)
    {
        var isSeen = new bool[batch.Streams.Count];
        foreach (ref readonly var record in batch.Records.Span)
        {
            if (isSeen[record.Stream])
                continue;
            isSeen[record.Stream] = true;
            numbers.Add(tags.Add(batch.StreamLabels(record.Stream)));
        }
    }

    public override ulong TraceFingerprint(LogBatch batch, int row) => 0;

    public override WordFilter Words => _sealed.Words;

    public override (long MaxDurationNanos, int StatusBits) Extremes(LogBatch batch) => default;

    public override EventCopier<LogBatch> NewCopier() => new LogCopier();

    public override EventDeletion<LogBatch>? ReadDeletion(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        return LogErasure.TryRead(ref reader);
    }

    public override EventSignal<LogBatch> Fork() => new LogSignal();

    public override void Encode(LogBatch batch, ByteWriter into, bool compress)
    {
        if (compress)
        {
            _sealed.Put(batch, into);
            return;
        }
        var encoder = _encoder;
        encoder.Clear();
        if (_streamNumbers.Length < batch.Streams.Count)
            _streamNumbers = new int[batch.Streams.Count];
        for (var i = 0; i < batch.Streams.Count; i++)
            _streamNumbers[i] = encoder.Streams.Add(batch.StreamLabels(i));
        var last = default(LogRecord);
        foreach (ref readonly var record in batch.Records.Span)
        {
            EncodeRecord(batch, record, last);
            last = record;
        }
        encoder.Finish(into, batch.Count, batch.Resources, batch.Scopes, batch.Attributes, compress: false);
    }

    public override LogBatch? Decode(BlockBytes block, EventFilter<LogBatch> filter)
    {
        if (block.Begin() is not { Count: > 0 } first)
            return null;
        if (!IsColumns(first[0]) || filter is not LogFilter wanted)
            return base.Decode(block, filter);
        if (LogBlockReader.Open(block) is not { } reader)
            return null;
        var scan = new LogBlockScan(reader, wanted);
        if (scan.Find() is not { } rows || !reader.TryTake(rows, wanted.NeedsBodies ? null : wanted.OnlyFields, scan.Doubtful, wanted.MeetsOthers))
            return null;
        if (wanted.NewestFirst)
            reader.Batch.Records.Mutable.Reverse();
        return reader.Batch;
    }

    public override LogBatch? Decode(ReadOnlySpan<byte> block) => !block.IsEmpty && IsColumns(block[0]) ? DecodeSealed(block) : DecodePlain(block);

    private static bool IsColumns(byte version) => version is LogBlock.Version or LogBlock.SecondVersion;

    private static LogBatch? DecodeSealed(ReadOnlySpan<byte> block)
    {
        using var buffers = BlockBuffers.Rent();
        if (LogBlockReader.Open(new BlockBytes(buffers, block)) is not { } reader)
            return null;
        var rows = buffers.Ints(reader.Rows).AsSpan(0, reader.Rows);
        for (var row = 0; row < rows.Length; row++)
            rows[row] = row;
        return reader.TryTake(rows, null, buffers.Set(reader.Rows), withKeys: false) ? reader.Batch : null;
    }

    // Frames of the WAL, and segments of before there were columns of fields.
    private static LogBatch? DecodePlain(ReadOnlySpan<byte> block)
    {
        var batch = new LogBatch();
        var decoder = new BlockDecoder(batch.Arena, batch.Attributes, Columns);
        if (!decoder.TryRead(block, batch.Resources, batch.Scopes))
            return null;
        foreach (var stream in decoder.Streams)
            batch.Streams.Add(stream);
        var last = default(LogRecord);
        for (var row = 0; row < decoder.Rows && !decoder.Failed; row++)
        {
            last = DecodeRecord(decoder, batch, last);
            batch.Records.Add(last);
        }
        return decoder.Failed ? null : batch;
    }

    private void EncodeRecord(LogBatch batch, in LogRecord record, in LogRecord last)
    {
        var encoder = _encoder;
        encoder[StreamColumn].PutVarint((ulong)_streamNumbers[record.Stream]);
        encoder[ResourceColumn].PutVarint((ulong)(record.Resource + 1));
        encoder[ScopeColumn].PutVarint((ulong)(record.Scope + 1));
        encoder[TimeColumn].PutZigZag(record.TimeUnixNano - last.TimeUnixNano);
        encoder[ObservedColumn].PutVarint(record.ObservedTimeUnixNano == 0 ? 0UL : 1UL);
        if (record.ObservedTimeUnixNano != 0)
            encoder[ObservedColumn].PutZigZag(record.ObservedTimeUnixNano - record.TimeUnixNano);
        encoder[SeverityColumn].PutByte(record.SeverityNumber);
        encoder.PutShared(SeverityTextColumn, batch.Arena.Get(record.SeverityText));
        encoder.PutShared(EventNameColumn, batch.Arena.Get(record.EventName));
        encoder[BodyKindColumn].PutByte((byte)record.Body.Kind);
        encoder[BodyBitsColumn].PutZigZag(record.Body.Bits);
        encoder[BodyColumn].PutText(batch.Arena.Get(record.Body.Payload));
        encoder.PutTrace(TraceColumn, record.TraceId, last.TraceId);
        encoder.PutSpan(SpanColumn, record.SpanId, last.SpanId);
        encoder[FlagsColumn].PutVarint(record.Flags);
        encoder[DroppedColumn].PutVarint((uint)record.DroppedAttributes);
        encoder[ShapeColumn].PutVarint((ulong)encoder.Attributes.Add(batch.Attributes, record.Attributes));
    }

    private static LogRecord DecodeRecord(BlockDecoder decoder, LogBatch batch, in LogRecord last)
    {
        var time = last.TimeUnixNano + decoder.ZigZag(TimeColumn);
        return new LogRecord
        {
            Stream = decoder.Index(StreamColumn, batch.Streams.Count),
            Resource = decoder.OptionalIndex(ResourceColumn, batch.Resources.Count),
            Scope = decoder.OptionalIndex(ScopeColumn, batch.Scopes.Count),
            TimeUnixNano = time,
            ObservedTimeUnixNano = decoder.Varint(ObservedColumn) == 0 ? 0 : time + decoder.ZigZag(ObservedColumn),
            SeverityNumber = decoder.Byte(SeverityColumn),
            SeverityText = decoder.Shared(SeverityTextColumn),
            EventName = decoder.Shared(EventNameColumn),
            Body = new AttributeValue((AttributeKind)Math.Min(decoder.Byte(BodyKindColumn), (byte)AttributeKind.Map), decoder.ZigZag(BodyBitsColumn), decoder.Text(BodyColumn)),
            TraceId = decoder.Trace(TraceColumn, last.TraceId),
            SpanId = decoder.Span(SpanColumn, last.SpanId),
            Flags = (uint)decoder.Varint(FlagsColumn),
            DroppedAttributes = (int)decoder.Varint(DroppedColumn),
            Attributes = decoder.Range(ShapeColumn),
        };
    }
}
