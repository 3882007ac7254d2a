using System.Buffers;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Hex ids of one length, all behind one prefix; one that came shortly before is stored once.</summary>
internal sealed class HexColumn : FieldColumn
{
    // So many are counted one by one sooner than all at once.
    private const int FewIds = 64;

    private static readonly SearchValues<byte> s_alphabet = SearchValues.Create("0123456789abcdef"u8);

    private readonly byte[] _prefix;
    private readonly int _size;
    private readonly ArraySegment<byte> _bytes;
    // Of each value how many new ones before the last it is; null: each is a new one.
    private readonly PackedLongs? _backs;
    private readonly BlockBuffers _buffers;
    // Which of the new ones each value is; worked out when more than a few are asked for.
    private int[]? _ids;
    private int _asked;

    private HexColumn(int count, byte[] prefix, int size, ArraySegment<byte> bytes, PackedLongs? backs, BlockBuffers buffers) : base(count) =>
        (_prefix, _size, _bytes, _backs, _buffers) = (prefix, size, bytes, backs, buffers);

    private ReadOnlySpan<byte> this[int index]
    {
        get
        {
            var at = (long)Id(index) * _size;
            // A damaged one is told by its checksum.
            return at >= 0 && at + _size <= _bytes.Count ? _bytes.AsSpan((int)at, _size) : default;
        }
    }

    public override void Append(int index, ByteWriter into)
    {
        var id = this[index];
        into.PutBytes(_prefix);
        HexText.Write(id, into.Take(id.Length * 2));
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

    public static HexColumn? Read(ArraySegment<byte> bytes, int count, bool isPacked, BlockBuffers buffers)
    {
        var reader = new ByteReader(bytes);
        var prefix = reader.ReadText().ToArray();
        var size = reader.ReadByte() / 2;
        if (reader.Failed || size is 0 or > 16 || (isPacked ? PackedLongs.Open(bytes, ref reader, count, buffers) : ReadSection(bytes, ref reader, count, buffers)) is not { } backs)
            return null;
        var stored = reader.ReadText().Length;
        // The first one is a new one.
        if (reader.Failed || (backs.IsConstant(out var only) && only != 0))
            return null;
        return new HexColumn(count, prefix, size, bytes.Slice(reader.Position - stored, stored), backs.IsAll(0) ? null : backs, buffers);
    }

    private static PackedLongs? ReadSection(ArraySegment<byte> bytes, ref ByteReader reader, int count, BlockBuffers buffers)
    {
        if (!Section.TryPlace(ref reader, out var place) || place.RawLength != count)
            return null;
        var backs = buffers.Bytes(count).AsSpan(0, count);
        return Section.TryRead(bytes.AsSpan(place.StoredAt, place.StoredLength), place, backs) ? PackedLongs.Of(backs, buffers) : null;
    }

    private int Id(int index)
    {
        if (_backs is null)
            return index;
        if (_ids is null && ++_asked <= FewIds)
            return Id(_backs.All()[..index].Count(0L), _backs[index]);
        return (_ids ??= FindIds())[index];
    }

    private int[] FindIds()
    {
        var ids = _buffers.Ints(Count);
        var written = 0;
        for (var i = 0; i < Count; i++)
        {
            ids[i] = Id(written, _backs![i]);
            written += _backs[i] == 0 ? 1 : 0;
        }
        return ids;
    }

    // The next new one, or one of those before it.
    private static int Id(int written, long back) => back == 0 ? written : (int)Math.Max(-1, written - back);
}
