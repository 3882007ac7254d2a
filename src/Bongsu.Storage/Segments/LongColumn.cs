using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Whole numbers of a block's rows: one for all, bit-packed as they are, or bit-packed differences, whichever is least.</summary>
internal static class LongColumn
{
    private const byte Constant = 0;
    private const byte Packed = 1;
    private const byte Differences = 2;

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
        var differences = System.Buffers.ArrayPool<long>.Shared.Rent(numbers.Length);
        var last = 0L;
        for (var i = 0; i < numbers.Length; i++)
            (differences[i], last) = (numbers[i] - last, numbers[i]);
        var second = into.Length;
        into.PutByte(Differences);
        BitPacking.Put(into, differences.AsSpan(0, numbers.Length));
        System.Buffers.ArrayPool<long>.Shared.Return(differences);
        if (into.Length - second < packed)
            into.Remove(start, packed);
        else
            into.Truncate(second);
    }

    /// <summary>The one number of all rows; false, with nothing read, when they differ.</summary>
    public static bool TryReadConstant(ref ByteReader reader, out long number)
    {
        number = 0;
        if (reader.Remaining == 0 || reader.Rest[0] != Constant)
            return false;
        reader.ReadByte();
        number = reader.ReadZigZag();
        return !reader.Failed;
    }

    /// <summary>Fills the span; false when the bytes hold no such column.</summary>
    public static bool TryRead(ref ByteReader reader, scoped Span<long> numbers)
    {
        var form = reader.ReadByte();
        if (form == Constant)
        {
            numbers.Fill(reader.ReadZigZag());
            return !reader.Failed;
        }
        if (form > Differences)
            return false;
        for (var at = 0; at < numbers.Length; at += BitPacking.GroupSize)
        {
            if (!BitPacking.TryReadGroup(ref reader, numbers.Slice(at, Math.Min(BitPacking.GroupSize, numbers.Length - at))))
                return false;
        }
        if (form != Differences)
            return true;
        var last = 0L;
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = last += numbers[i];
        return true;
    }
}
