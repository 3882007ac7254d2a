using System.Numerics;

namespace Bongsu.Storage.Codecs;

/// <summary>
/// True doubles: zeros that all have at the low end are left out, the high bits that take at most sixteen shapes are named by number, and the bits between
/// stand as they are.
/// </summary>
internal static class FrontCodec
{
    private const int MaxFronts = 16;

    public static void Put(ByteWriter into, ReadOnlySpan<double> values, bool withSummary)
    {
        var formAt = into.Length;
        into.PutByte(ValueForm.Fronts);
        if (withSummary)
            ChunkSummary.Mark(into, formAt, ChunkSummary.Put(into, values));
        var zeros = 63;
        foreach (var value in values)
            zeros = Math.Min(zeros, BitOperations.TrailingZeroCount(BitConverter.DoubleToUInt64Bits(value)));
        Span<ulong> fronts = stackalloc ulong[MaxFronts];
        var cut = Cut(values, zeros, fronts);
        var count = Fronts(values, zeros, cut, fronts);
        var numbers = System.Buffers.ArrayPool<ulong>.Shared.Rent(values.Length);
        for (var i = 0; i < values.Length; i++)
            numbers[i] = Code(BitConverter.DoubleToUInt64Bits(values[i]) >> zeros, cut, fronts[..count]);
        into.PutByte((byte)zeros);
        into.PutByte((byte)cut);
        into.PutByte((byte)count);
        foreach (var front in fronts[..count])
            into.PutVarint(front);
        BitPacking.Pack(into, numbers.AsSpan(0, values.Length), Width(cut, count));
        System.Buffers.ArrayPool<ulong>.Shared.Return(numbers);
    }

    public static bool TryRead(ref ByteReader reader, byte form, scoped Span<double> values)
    {
        if ((form & ValueForm.HasSummary) != 0)
            ChunkSummary.TryRead(ref reader, form, out _);
        int zeros = reader.ReadByte(), cut = reader.ReadByte(), count = reader.ReadByte();
        if (reader.Failed || zeros > 63 || cut > 64 || count is 0 or > MaxFronts || Width(cut, count) > 64)
            return false;
        Span<ulong> fronts = stackalloc ulong[MaxFronts];
        fronts.Clear();
        for (var i = 0; i < count; i++)
            fronts[i] = cut == 64 ? 0 : reader.ReadVarint() << cut;
        var width = Width(cut, count);
        var packed = reader.ReadBytes((values.Length * width + 7) / 8);
        if (reader.Failed)
            return false;
        var mask = cut == 64 ? ulong.MaxValue : (1UL << cut) - 1;
        Span<ulong> group = stackalloc ulong[BitPacking.GroupSize];
        for (var from = 0; from < values.Length; from += BitPacking.GroupSize)
        {
            var target = values.Slice(from, Math.Min(BitPacking.GroupSize, values.Length - from));
            // A group of 128 begins at a whole byte at every width.
            var (start, size) = (from * width / 8, (target.Length * width + 7) / 8);
            BitPacking.Unpack(packed.Slice(start, size), from + target.Length < values.Length ? packed[(start + size)..] : reader.Rest, width, group[..target.Length]);
            for (var i = 0; i < target.Length; i++)
            {
                var front = cut == 64 ? 0 : fronts[(int)(group[i] >> cut)];
                target[i] = BitConverter.UInt64BitsToDouble((front | (group[i] & mask)) << zeros);
            }
        }
        return true;
    }

    private static int Width(int cut, int count) => cut + 32 - BitOperations.LeadingZeroCount((uint)count - 1);

    private static ulong Code(ulong bits, int cut, ReadOnlySpan<ulong> fronts)
    {
        if (cut == 64)
            return bits;
        return (ulong)fronts.IndexOf(bits >> cut) << cut | (bits & ((1UL << cut) - 1));
    }

    // The lowest place above which few shapes are left: the lower the cut, the more shapes, so the places can be halved.
    private static int Cut(ReadOnlySpan<double> values, int zeros, Span<ulong> fronts)
    {
        var (low, high) = (0, 64 - zeros);
        while (low < high)
        {
            var cut = (low + high) / 2;
            if (Fronts(values, zeros, cut, fronts) > 0)
                high = cut;
            else
                low = cut + 1;
        }
        // Fewer shapes a little higher up may save more in their numbers than the higher cut costs.
        var best = low;
        for (var cut = low + 1; cut <= Math.Min(low + 4, 64 - zeros); cut++)
        {
            if (Width(cut, Fronts(values, zeros, cut, fronts)) < Width(best, Fronts(values, zeros, best, fronts)))
                best = cut;
        }
        return best;
    }

    // The different high parts; 0 when there are more than sixteen.
    private static int Fronts(ReadOnlySpan<double> values, int zeros, int cut, Span<ulong> fronts)
    {
        var count = 0;
        foreach (var value in values)
        {
            var front = cut == 64 ? 0 : BitConverter.DoubleToUInt64Bits(value) >> zeros >> cut;
            if (fronts[..count].Contains(front))
                continue;
            if (count == MaxFronts)
                return 0;
            fronts[count++] = front;
        }
        return count;
    }
}
