namespace Bongsu.Storage.Codecs;

/// <summary>True doubles that move little from one to the next (sums, slow gauges): the first one, and the differences of their bits, bit-packed.</summary>
internal static class DriftCodec
{
    public static void Put(ByteWriter into, ReadOnlySpan<double> values, bool withSummary)
    {
        var formAt = into.Length;
        into.PutByte(ValueForm.BitDifferences);
        if (withSummary)
            ChunkSummary.Mark(into, formAt, ChunkSummary.Put(into, values));
        var differences = System.Buffers.ArrayPool<long>.Shared.Rent(values.Length);
        for (var i = 1; i < values.Length; i++)
            differences[i] = BitConverter.DoubleToInt64Bits(values[i]) - BitConverter.DoubleToInt64Bits(values[i - 1]);
        into.PutUInt64(BitConverter.DoubleToUInt64Bits(values[0]));
        BitPacking.Put(into, differences.AsSpan(1, values.Length - 1));
        System.Buffers.ArrayPool<long>.Shared.Return(differences);
    }

    public static bool TryRead(ref ByteReader reader, byte form, scoped Span<double> values)
    {
        if ((form & ValueForm.HasSummary) != 0)
            ChunkSummary.TryRead(ref reader, form, out _);
        var bits = (long)reader.ReadUInt64();
        if (reader.Failed || values.IsEmpty)
            return false;
        values[0] = BitConverter.Int64BitsToDouble(bits);
        Span<long> numbers = stackalloc long[BitPacking.GroupSize];
        for (var from = 1; from < values.Length; from += BitPacking.GroupSize)
        {
            var target = values.Slice(from, Math.Min(BitPacking.GroupSize, values.Length - from));
            if (!BitPacking.TryReadGroup(ref reader, numbers[..target.Length]))
                return false;
            for (var i = 0; i < target.Length; i++)
                target[i] = BitConverter.Int64BitsToDouble(bits += numbers[i]);
        }
        return true;
    }
}
