using System.Buffers;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Writes whole numbers of a block's rows: one for all, bit-packed as they are, or bit-packed differences within groups, whichever is least. <see cref="PackedLongs"/> reads them.
/// </summary>
internal static class LongColumn
{
    // Numbers are on disk: never reuse one.
    public const byte Constant = 0;
    public const byte Packed = 1;
    // Differences from the row before over all rows: only read.
    public const byte Differences = 2;
    public const byte GroupDifferences = 3;

    public static void Put(ByteWriter into, ReadOnlySpan<long> numbers)
    {
        if (numbers.IsEmpty || numbers.IndexOfAnyExcept(numbers[0]) < 0)
        {
            into.PutByte(Constant);
            into.PutZigZag(numbers.IsEmpty ? 0 : numbers[0]);
            return;
        }
        var start = into.Length;
        into.PutByte(Packed);
        BitPacking.Put(into, numbers);
        var packed = into.Length - start;
        var second = into.Length;
        into.PutByte(GroupDifferences);
        PutDifferences(into, numbers);
        if (into.Length - second < packed)
            into.Remove(start, packed);
        else
            into.Truncate(second);
    }

    /// <summary>Fills the span with numbers written as differences over all rows; false when the bytes hold none.</summary>
    public static bool TryReadDifferences(ref ByteReader reader, scoped Span<long> numbers)
    {
        for (var at = 0; at < numbers.Length; at += BitPacking.GroupSize)
        {
            if (!BitPacking.TryReadGroup(ref reader, numbers.Slice(at, Math.Min(BitPacking.GroupSize, numbers.Length - at))))
                return false;
        }
        var last = 0L;
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = last += numbers[i];
        return true;
    }

    // Each group begins with a number of its own, so that it can be read without those before it.
    private static void PutDifferences(ByteWriter into, ReadOnlySpan<long> numbers)
    {
        Span<long> differences = stackalloc long[BitPacking.GroupSize];
        var last = 0L;
        for (var from = 0; from < numbers.Length; from += BitPacking.GroupSize)
        {
            var group = numbers.Slice(from, Math.Min(BitPacking.GroupSize, numbers.Length - from));
            for (var i = 1; i < group.Length; i++)
                differences[i] = group[i] - group[i - 1];
            into.PutZigZag(group[0] - last);
            BitPacking.Put(into, differences[1..group.Length]);
            last = group[0];
        }
    }
}
