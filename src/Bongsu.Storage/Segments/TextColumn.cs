using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Any texts, one behind the other.</summary>
internal sealed class TextColumn : FieldColumn
{
    private readonly byte[] _bytes;
    private readonly int[] _ends;

    private TextColumn(byte[] bytes, int[] ends, int count) : base(count) => (_bytes, _ends) = (bytes, ends);

    private ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Count == 0 ? 0 : _ends[Count - 1]);

    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(Start(index), _ends[index] - Start(index));

    public override void Append(int index, ByteWriter into) => into.PutBytes(this[index]);

    public override void Mark(FieldTest test, ColumnRows rows, RowSet passed)
    {
        for (var row = rows.Rows.Next(0); row >= 0; row = rows.Rows.Next(row + 1))
        {
            if (test.Passes(this[rows.Index(row)]))
                passed.Add(row);
        }
    }

    public override void MarkContaining(ReadOnlySpan<byte> needle, ColumnRows rows, RowSet passed)
    {
        // Nothing to look through where it stands nowhere.
        if (Bytes.IndexOf(needle) < 0)
            return;
        for (var row = rows.Rows.Next(0); row >= 0; row = rows.Rows.Next(row + 1))
        {
            if (this[rows.Index(row)].IndexOf(needle) >= 0)
                passed.Add(row);
        }
    }

    /// <summary>Texts that stand behind what a reader of the bytes has read; the reader stands behind them then.</summary>
    public static TextColumn? Read(ArraySegment<byte> bytes, ref ByteReader reader, int count, BlockBuffers buffers)
    {
        if (PackedLongs.Open(bytes, ref reader, count, buffers) is not { } lengths || !Section.TryRead(ref reader, buffers.Bytes, out var texts, out var length))
            return null;
        var ends = buffers.Ints(count);
        var end = 0L;
        for (var i = 0; i < count; i++)
        {
            end += lengths[i];
            if (lengths[i] < 0 || end > length)
                return null;
            ends[i] = (int)end;
        }
        return end == length ? new TextColumn(texts, ends, count) : null;
    }

    public static TextColumn? Read(ArraySegment<byte> bytes, int count, BlockBuffers buffers)
    {
        var reader = new ByteReader(bytes);
        return Read(bytes, ref reader, count, buffers);
    }

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1];
}
