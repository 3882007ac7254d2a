using System.Buffers;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Hex ids of one length, all behind one prefix; one that came shortly before is stored once.</summary>
internal sealed class HexColumn : FieldColumn
{
    private static readonly SearchValues<byte> s_alphabet = SearchValues.Create("0123456789abcdef"u8);

    private readonly byte[] _prefix;
    private readonly int _size;
    private readonly byte[] _bytes;
    // Where the bytes of each value stand.
    private readonly int[] _at;

    private HexColumn(byte[] prefix, int size, byte[] bytes, int[] at) : base(at.Length) => (_prefix, _size, _bytes, _at) = (prefix, size, bytes, at);

    public override void Append(int index, ByteWriter into)
    {
        into.PutBytes(_prefix);
        HexText.Write(_bytes.AsSpan(_at[index], _size), into.Take(_size * 2));
    }

    public override void MarkContaining(ReadOnlySpan<byte> needle, Span<bool> passed)
    {
        if (needle.Length > _prefix.Length + _size * 2 || HasOther(needle, _prefix, s_alphabet))
            return;
        if (_prefix.Length > 0 || needle.Length != _size * 2 || !HexText.TryParse(needle, out var id))
        {
            base.MarkContaining(needle, passed);
            return;
        }
        var wanted = new ByteWriter(16);
        HexText.PutBytes(wanted, id, _size);
        for (var i = 0; i < passed.Length; i++)
            passed[i] |= _bytes.AsSpan(_at[i], _size).SequenceEqual(wanted.Written);
    }

    public static HexColumn? Read(ref ByteReader reader, int count, BlockBuffers buffers)
    {
        var prefix = reader.ReadText().ToArray();
        var size = reader.ReadByte() / 2;
        if (Section.Read(ref reader) is not { } codes || codes.Length != count || size is 0 or > 16)
            return null;
        var stored = reader.ReadText();
        var bytes = buffers.Bytes(stored.Length);
        stored.CopyTo(bytes);
        var at = buffers.Ints(count);
        var written = 0;
        for (var i = 0; i < count; i++)
        {
            var index = codes[i] == 0 ? written++ : written - codes[i];
            at[i] = index * size;
            if (index < 0 || at[i] + size > stored.Length)
                return null;
        }
        return new HexColumn(prefix, size, bytes, at);
    }
}
