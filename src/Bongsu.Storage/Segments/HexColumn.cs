using System.Buffers;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Hex ids of one length, all behind one prefix; one that came shortly before is stored once.</summary>
internal sealed class HexColumn : FieldColumn
{
    private static readonly SearchValues<byte> s_alphabet = SearchValues.Create("0123456789abcdef"u8);

    private readonly byte[] _prefix;
    private readonly int _size;
    private readonly ArraySegment<byte> _bytes;
    // Where the bytes of each value stand; null: one behind the other.
    private readonly int[]? _at;

    private HexColumn(int count, byte[] prefix, int size, ArraySegment<byte> bytes, int[]? at) : base(count) => (_prefix, _size, _bytes, _at) = (prefix, size, bytes, at);

    private ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_at is null ? index * _size : _at[index], _size);

    public override void Append(int index, ByteWriter into)
    {
        into.PutBytes(_prefix);
        HexText.Write(this[index], into.Take(_size * 2));
    }

    public override void MarkContaining(ReadOnlySpan<byte> needle, ColumnRows rows, RowSet passed)
    {
        if (needle.Length > _prefix.Length + _size * 2 || HasOther(needle, _prefix, s_alphabet))
            return;
        if (_prefix.Length > 0 || needle.Length != _size * 2 || !HexText.TryParse(needle, out var id))
        {
            base.MarkContaining(needle, rows, passed);
            return;
        }
        var wanted = new ByteWriter(16);
        HexText.PutBytes(wanted, id, _size);
        for (var row = rows.Rows.Next(0); row >= 0; row = rows.Rows.Next(row + 1))
        {
            if (this[rows.Index(row)].SequenceEqual(wanted.Written))
                passed.Add(row);
        }
    }

    public static HexColumn? Read(ArraySegment<byte> bytes, int count, BlockBuffers buffers)
    {
        var reader = new ByteReader(bytes);
        var prefix = reader.ReadText().ToArray();
        var size = reader.ReadByte() / 2;
        if (reader.Failed || size is 0 or > 16)
            return null;
        if (!Section.TryPlace(ref reader, out var place) || place.RawLength != count)
            return null;
        var stored = reader.ReadText().Length;
        if (reader.Failed)
            return null;
        var ids = bytes.Slice(reader.Position - stored, stored);
        var backs = bytes.AsSpan(place.StoredAt, place.StoredLength);
        // Fast path: none came before.
        if (Section.IsRepeated(place) && backs[0] == 0)
            return (long)count * size <= stored ? new HexColumn(count, prefix, size, ids, null) : null;
        var codes = buffers.Bytes(count).AsSpan(0, count);
        if (!Section.TryRead(backs, place, codes))
            return null;
        var at = buffers.Ints(count);
        var written = 0;
        for (var i = 0; i < count; i++)
        {
            var index = codes[i] == 0 ? written++ : written - codes[i];
            at[i] = index * size;
            if (index < 0 || at[i] + size > stored)
                return null;
        }
        return new HexColumn(count, prefix, size, ids, at);
    }
}
