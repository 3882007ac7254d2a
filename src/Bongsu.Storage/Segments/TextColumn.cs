using System.Buffers;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Any texts, one behind the other.</summary>
internal sealed class TextColumn : FieldColumn
{
    private readonly byte[] _bytes;
    private readonly int[] _ends;

    private TextColumn(byte[] bytes, int[] ends) : base(ends.Length) => (_bytes, _ends) = (bytes, ends);

    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(Start(index), _ends[index] - Start(index));

    public override void Append(int index, ByteWriter into) => into.PutBytes(this[index]);

    public override void Mark(FieldTest test, Span<bool> passed)
    {
        for (var i = 0; i < passed.Length; i++)
            passed[i] |= test.Passes(this[i]);
    }

    // Hot path: one search over all texts; a find that runs from one text into the next is none.
    public override void MarkContaining(ReadOnlySpan<byte> needle, Span<bool> passed)
    {
        var (at, index) = (0, 0);
        var length = _ends.Length == 0 ? 0 : _ends[^1];
        while (at < length && _bytes.AsSpan(at, length - at).IndexOf(needle) is >= 0 and var next)
        {
            at += next;
            while (_ends[index] <= at)
                index++;
            if (at + needle.Length <= _ends[index])
            {
                passed[index] = true;
                at = _ends[index];
            }
            else
                at++;
        }
    }

    public static TextColumn? Read(ref ByteReader reader, int count, BlockBuffers buffers)
    {
        var lengths = ArrayPool<long>.Shared.Rent(count);
        try
        {
            if (!LongColumn.TryRead(ref reader, lengths.AsSpan(0, count)) || !Section.TryRead(ref reader, buffers.Bytes, out var bytes, out var length))
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
            return end == length ? new TextColumn(bytes, ends) : null;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(lengths);
        }
    }

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1];
}
