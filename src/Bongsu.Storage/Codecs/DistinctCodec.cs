using System.Numerics;

namespace Bongsu.Storage.Codecs;

/// <summary>Few different values in many samples: each value once, and a number for every sample. Only where that is smaller than the doubles.</summary>
internal static class DistinctCodec
{
    // One byte a sample at most; with more values than a quarter of the samples other forms are as small.
    private const int MaxDistinct = 128;
    private const int Slots = 512;

    public static bool TryPut(ByteWriter into, ReadOnlySpan<double> values, bool withSummary)
    {
        Span<ulong> distinct = stackalloc ulong[MaxDistinct];
        Span<byte> slots = stackalloc byte[Slots];
        slots.Clear();
        var numbers = System.Buffers.ArrayPool<ulong>.Shared.Rent(values.Length);
        var count = Number(values, Math.Min(MaxDistinct, values.Length / 4), distinct, slots, numbers);
        if (count > 0)
        {
            var formAt = into.Length;
            into.PutByte(ValueForm.Distinct);
            if (withSummary)
                ChunkSummary.Mark(into, formAt, ChunkSummary.Put(into, values));
            into.PutByte((byte)count);
            foreach (var value in distinct[..count])
                into.PutUInt64(value);
            BitPacking.Pack(into, numbers.AsSpan(0, values.Length), Width(count));
        }
        System.Buffers.ArrayPool<ulong>.Shared.Return(numbers);
        return count > 0;
    }

    public static bool TryRead(ref ByteReader reader, byte form, scoped Span<double> values)
    {
        if ((form & ValueForm.HasSummary) != 0)
            ChunkSummary.TryRead(ref reader, form, out _);
        var count = reader.ReadByte();
        if (reader.Failed || count is 0 or > MaxDistinct)
            return false;
        Span<double> distinct = stackalloc double[MaxDistinct];
        for (var i = 0; i < count; i++)
            distinct[i] = BitConverter.UInt64BitsToDouble(reader.ReadUInt64());
        var width = Width(count);
        var packed = reader.ReadBytes((values.Length * width + 7) / 8);
        if (reader.Failed)
            return false;
        var numbers = System.Buffers.ArrayPool<ulong>.Shared.Rent(values.Length);
        BitPacking.Unpack(packed, reader.Rest, width, numbers.AsSpan(0, values.Length));
        // Numbers are below 128 by their width, and there is a slot for each.
        for (var i = 0; i < values.Length; i++)
            values[i] = distinct[(int)numbers[i]];
        System.Buffers.ArrayPool<ulong>.Shared.Return(numbers);
        return true;
    }

    private static int Width(int count) => 32 - BitOperations.LeadingZeroCount((uint)count - 1);

    // Numbers the values in the order they come; 0 when there are too many.
    private static int Number(ReadOnlySpan<double> values, int limit, Span<ulong> distinct, Span<byte> slots, ulong[] numbers)
    {
        var count = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var bits = BitConverter.DoubleToUInt64Bits(values[i]);
            var slot = (int)((bits * 0x9E3779B97F4A7C15) >> 55);
            while (slots[slot] != 0 && distinct[slots[slot] - 1] != bits)
                slot = (slot + 1) & (Slots - 1);
            if (slots[slot] == 0)
            {
                if (count == limit)
                    return 0;
                distinct[count] = bits;
                slots[slot] = (byte)++count;
            }
            numbers[i] = (ulong)slots[slot] - 1;
        }
        return count;
    }
}
