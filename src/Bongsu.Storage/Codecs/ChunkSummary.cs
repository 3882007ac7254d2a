namespace Bongsu.Storage.Codecs;

/// <summary>
/// What aggregations over a whole chunk need without its samples. Chunks with values that are not numbers have none. Resets are those of a counter: how
/// often a value is below the one before, and the sum of the values before them; -1 when there are too many for a counter.
/// </summary>
internal readonly record struct ChunkSummary(double First, double Last, double Min, double Max, double Sum, int Resets, double ResetAmount)
{
    /// <summary>More resets than this within a chunk: it is no counter.</summary>
    public const int MaxResets = 8;

    /// <summary>Makes and appends the summary of doubles; the form byte's summary bits come back. None, and nothing appended, when a value is no number.</summary>
    public static byte Put(ByteWriter into, ReadOnlySpan<double> values)
    {
        var (min, max, sum, ascends) = (double.PositiveInfinity, double.NegativeInfinity, 0d, true);
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                return 0;
            min = Math.Min(min, values[i]);
            max = Math.Max(max, values[i]);
            sum += values[i];
            ascends &= i == 0 || values[i] >= values[i - 1];
        }
        PutDouble(into, values[0]);
        PutDouble(into, values[^1]);
        PutDouble(into, sum);
        if (ascends)
            return ValueForm.HasSummary | ValueForm.Ascends;
        PutDouble(into, min);
        PutDouble(into, max);
        return ValueForm.HasSummary;
    }

    /// <summary>Adds to the form byte that stands at a place. Its own method, since appending the summary may move the bytes: it must come first.</summary>
    public static void Mark(ByteWriter into, int formAt, byte bits) => into.At(formAt, 1)[0] |= bits;

    public static bool TryRead(ref ByteReader reader, byte form, out ChunkSummary summary)
    {
        var (first, last, sum) = (ReadDouble(ref reader), ReadDouble(ref reader), ReadDouble(ref reader));
        summary = (form & ValueForm.Ascends) != 0
            ? new ChunkSummary(first, last, first, last, sum, 0, 0)
            : new ChunkSummary(first, last, ReadDouble(ref reader), ReadDouble(ref reader), sum, -1, 0);
        return !reader.Failed;
    }

    private static void PutDouble(ByteWriter into, double value) => into.PutUInt64(BitConverter.DoubleToUInt64Bits(value));

    private static double ReadDouble(ref ByteReader reader) => BitConverter.UInt64BitsToDouble(reader.ReadUInt64());
}
