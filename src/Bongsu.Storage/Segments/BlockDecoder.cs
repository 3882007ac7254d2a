using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>Reads what <see cref="BlockEncoder"/> wrote, column by column with a cursor each. Any bytes give a batch or a refusal, never an exception.</summary>
internal sealed class BlockDecoder(ByteArena arena, AttributeTable table, int columns)
{
    /// <summary>A count beyond is not believed.</summary>
    public const int MaxRows = 1 << 24;

    private readonly int[] _at = new int[columns];
    private readonly int[] _end = new int[columns];
    private readonly List<Slice> _texts = [];

    public int Rows { get; private set; }

    public bool Failed { get; private set; }

    public List<Slice> Streams { get; } = [];

    public AttributeColumnsDecoder Attributes { get; } = new(table);

    public bool TryRead(ReadOnlySpan<byte> block, Column<Resource> resources, Column<Scope> scopes)
    {
        var reader = new ByteReader(block);
        if (reader.ReadByte() != BlockEncoder.Version)
            return false;
        Rows = reader.ReadInt(MaxRows);
        var failed = false;
        var dictionaries = Section.Read(ref reader, arena, ref failed);
        // Why a copy: what is read is appended to the arena, which may move its bytes.
        if (failed || !BlockDictionaries.TryRead(arena.Get(dictionaries).ToArray(), table, Streams, resources, scopes, _texts))
            return false;
        for (var i = 0; i < _at.Length && !failed; i++)
        {
            var column = Section.Read(ref reader, arena, ref failed);
            _at[i] = column.Offset;
            _end[i] = column.Offset + column.Length;
        }
        return !failed && Attributes.TryRead(ref reader) && !reader.Failed;
    }

    public ulong Varint(int column)
    {
        var reader = Reader(column);
        var value = reader.ReadVarint();
        Advance(column, reader);
        return value;
    }

    public long ZigZag(int column) => Telemetry.Varint.UnZigZag(Varint(column));

    /// <summary>A number below a limit, or 0 and failed.</summary>
    public int Index(int column, int limit)
    {
        var value = Varint(column);
        if (value < (ulong)limit)
            return (int)value;
        Failed = true;
        return 0;
    }

    /// <summary>A number stored plus one: -1 for none.</summary>
    public int OptionalIndex(int column, int limit) => Index(column, limit + 1) - 1;

    public byte Byte(int column)
    {
        var reader = Reader(column);
        var value = reader.ReadByte();
        Advance(column, reader);
        return value;
    }

    public Slice Shared(int column)
    {
        var index = Index(column, _texts.Count);
        return Failed ? Slice.Empty : _texts[index];
    }

    public Slice Text(int column)
    {
        var reader = Reader(column);
        var length = reader.ReadText().Length;
        Advance(column, reader);
        return length == 0 ? Slice.Empty : new Slice(_at[column] - length, length);
    }

    public TraceId Trace(int column, TraceId last)
    {
        var reader = Reader(column);
        var id = reader.ReadByte() switch { 0 => default, 1 => last, _ => TraceId.FromBytes(reader.ReadBytes(TraceId.Size)) };
        Advance(column, reader);
        return id;
    }

    public SpanId Span(int column, SpanId last)
    {
        var reader = Reader(column);
        var id = reader.ReadByte() switch { 0 => default, 1 => last, _ => SpanId.FromBytes(reader.ReadBytes(SpanId.Size)) };
        Advance(column, reader);
        return id;
    }

    public AttributeRange Range(int column)
    {
        if (!Attributes.TryNext((int)Math.Min(int.MaxValue, Varint(column)), out var range))
            Failed = true;
        return range;
    }

    public void SkipRange(int column)
    {
        if (!Attributes.TrySkip((int)Math.Min(int.MaxValue, Varint(column))))
            Failed = true;
    }

    private ByteReader Reader(int column) => new(arena.All[_at[column].._end[column]]);

    private void Advance(int column, in ByteReader reader)
    {
        _at[column] += reader.Position;
        Failed |= reader.Failed;
    }
}
