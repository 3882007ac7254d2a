namespace Bongsu.Storage.Codecs;

/// <summary>
/// The values of one chunk: a constant, decimals as scaled integers, few distinct values, or true doubles. Every bit of a value comes back. The form is
/// chosen by size. See docs/formats/blocks.md.
/// </summary>
internal static class ValueCodec
{
    // Hot path: 0 B/op (see ChunkCodecBenchmark, AllocationTests)
    public static void Put(ByteWriter into, ReadOnlySpan<double> values, bool withSummary)
    {
        if (IsConstant(values))
        {
            into.PutByte(ValueForm.Constant);
            into.PutUInt64(BitConverter.DoubleToUInt64Bits(values[0]));
            return;
        }
        if (!IntegerCodec.TryPut(into, values, withSummary) && !DistinctCodec.TryPut(into, values, withSummary))
            PutDoubles(into, values, withSummary);
    }

    /// <summary>Fills the span; false when the bytes are no values.</summary>
    public static bool TryRead(ref ByteReader reader, scoped Span<double> values)
    {
        var form = reader.ReadByte();
        if (reader.Failed)
            return false;
        switch (form & ValueForm.Mask)
        {
            case ValueForm.Constant:
                values.Fill(BitConverter.UInt64BitsToDouble(reader.ReadUInt64()));
                return !reader.Failed;
            case ValueForm.Integers or ValueForm.Differences or ValueForm.SecondDifferences:
                return IntegerCodec.TryRead(ref reader, form, values);
            case ValueForm.Fronts:
                return FrontCodec.TryRead(ref reader, form, values);
            case ValueForm.BitDifferences:
                return DriftCodec.TryRead(ref reader, form, values);
            case ValueForm.Distinct:
                return DistinctCodec.TryRead(ref reader, form, values);
            default:
                return false;
        }
    }

    /// <summary>The summary of a chunk that has one, without reading its values.</summary>
    public static bool TryReadSummary(ref ByteReader reader, int count, out ChunkSummary summary)
    {
        summary = default;
        var form = reader.ReadByte();
        if (reader.Failed)
            return false;
        if ((form & ValueForm.Mask) == ValueForm.Constant)
        {
            var value = BitConverter.UInt64BitsToDouble(reader.ReadUInt64());
            summary = new ChunkSummary(value, value, value, value, value * count, 0, 0);
            return !reader.Failed && !double.IsNaN(value);
        }
        if ((form & ValueForm.HasSummary) == 0)
            return false;
        return (form & ValueForm.Mask) is ValueForm.Integers or ValueForm.Differences or ValueForm.SecondDifferences
            ? IntegerCodec.TryReadSummary(ref reader, form, count, out summary)
            : ChunkSummary.TryRead(ref reader, form, out summary);
    }

    // True doubles are few: both forms are tried, and the smaller stays.
    private static void PutDoubles(ByteWriter into, ReadOnlySpan<double> values, bool withSummary)
    {
        var start = into.Length;
        FrontCodec.Put(into, values, withSummary);
        var middle = into.Length;
        DriftCodec.Put(into, values, withSummary);
        if (into.Length - middle < middle - start)
            into.Remove(start, middle - start);
        else
            into.Truncate(middle);
    }

    private static bool IsConstant(ReadOnlySpan<double> values)
    {
        var first = BitConverter.DoubleToUInt64Bits(values[0]);
        foreach (var value in values)
        {
            if (BitConverter.DoubleToUInt64Bits(value) != first)
                return false;
        }
        return true;
    }
}
