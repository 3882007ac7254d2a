using System.Buffers;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Codecs;

/// <summary>
/// Rows of a rollup as columns: times of the last samples, how far back the first are, counts; and of the values what the ones before do not tell. Decimals
/// are whole numbers over a power of ten, so that a counter's row is two small differences and what its sum is off a straight line. See docs/formats/blocks.md.
/// </summary>
internal static class RollupCodec
{
    /// <summary>Most rows of a chunk.</summary>
    public const int MaxRows = 512;

    /// <summary>A series that falls at more than one sample in so many is no counter: its resets are not kept.</summary>
    public const int MinSamplesPerReset = 8;

    private const byte Integers = 1;
    private const byte HasSums = 2;
    private const byte HasExtremes = 4;
    private const byte HasResets = 8;
    private const byte IsNoCounter = 16;
    private const byte Follows = 32;

    // A sum of decimals that is off its true value by more is not that of decimals.
    private const double SumTolerance = 1e-13;

    public static void PutTimes(ByteWriter into, ReadOnlySpan<SampleRun> rows)
    {
        var numbers = ArrayPool<long>.Shared.Rent(rows.Length);
        var column = numbers.AsSpan(0, rows.Length);
        for (var i = 0; i < column.Length; i++)
            column[i] = rows[i].LastMs;
        TimeCodec.Put(into, column);
        for (var i = 0; i < column.Length; i++)
            column[i] = rows[i].LastMs - rows[i].FirstMs;
        BitPacking.Put(into, column);
        for (var i = 0; i < column.Length; i++)
            column[i] = rows[i].Count;
        BitPacking.Put(into, column);
        ArrayPool<long>.Shared.Return(numbers);
    }

    public static void PutValues(ByteWriter into, ReadOnlySpan<SampleRun> rows)
    {
        var form = Form(rows);
        var scaled = ArrayPool<ScaledRow>.Shared.Rent(rows.Length);
        var exponent = FindExponent(rows);
        if (exponent >= 0 && TryScale(rows, exponent, form, scaled))
            PutIntegers(into, rows, scaled.AsSpan(0, rows.Length), form, exponent);
        else
            PutDoubles(into, rows, form);
        ArrayPool<ScaledRow>.Shared.Return(scaled);
    }

    /// <summary>Fills as many rows as the span holds; figures that are not asked for may hold anything. Resets are -1 where they are not kept.</summary>
    public static bool TryRead(ref ByteReader times, ref ByteReader values, RunFigures figures, Span<SampleRun> rows)
    {
        if (rows.Length is 0 or > MaxRows)
            return false;
        Span<long> last = stackalloc long[rows.Length];
        Span<long> age = stackalloc long[rows.Length];
        Span<long> count = stackalloc long[rows.Length];
        if (!TimeCodec.TryRead(ref times, last) || !TryReadColumn(ref times, age) || !TryReadColumn(ref times, count))
            return false;
        for (var i = 0; i < rows.Length; i++)
        {
            if (count[i] <= 0 || age[i] < 0)
                return false;
            rows[i] = new SampleRun(last[i] - age[i], last[i], count[i], 0, 0, 0, 0, 0, 0, 0);
        }
        var form = values.ReadByte();
        return (form & Integers) != 0 ? TryReadIntegers(ref values, form, figures, rows) : TryReadDoubles(ref values, form, rows);
    }

    private static byte Form(ReadOnlySpan<SampleRun> rows)
    {
        var form = (byte)0;
        var (resets, samples) = (0L, 0L);
        foreach (ref readonly var row in rows)
        {
            var isFlat = row.First == row.Last && row.Min == row.Max;
            if (!isFlat || !IsNear(row, row.First * row.Count, row.Sum))
                form |= HasSums;
            if (row.Min != Math.Min(row.First, row.Last) || row.Max != Math.Max(row.First, row.Last))
                form |= HasExtremes;
            if (row.Resets != 0)
                form |= HasResets;
            if (row.Resets < 0)
                form |= IsNoCounter;
            resets += row.Resets;
            samples += row.Count;
        }
        if (resets * MinSamplesPerReset > samples)
            form |= IsNoCounter;
        return (form & IsNoCounter) != 0 ? (byte)(form & ~HasResets) : form;
    }

    private static bool IsNear(in SampleRun row, double near, double exact) =>
        Math.Abs(near - exact) <= SumTolerance * row.Count * Math.Max(Math.Abs(row.Min), Math.Abs(row.Max));

    private static int FindExponent(ReadOnlySpan<SampleRun> rows)
    {
        var exponent = 0;
        foreach (ref readonly var row in rows)
        {
            foreach (var value in (ReadOnlySpan<double>)[row.First, row.Last, row.Min, row.Max])
            {
                while (!DecimalScale.TryScale(value, exponent, out _))
                {
                    if (++exponent > DecimalScale.MaxExponent)
                        return -1;
                }
            }
        }
        return exponent;
    }

    private static bool TryScale(ReadOnlySpan<SampleRun> rows, int exponent, byte form, Span<ScaledRow> into)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            ref readonly var row = ref rows[i];
            ref var scaled = ref into[i];
            if (!DecimalScale.TryScale(row.First, exponent, out scaled.First) || !DecimalScale.TryScale(row.Last, exponent, out scaled.Last)
                || !DecimalScale.TryScale(row.Min, exponent, out scaled.Min) || !DecimalScale.TryScale(row.Max, exponent, out scaled.Max))
                return false;
            if ((form & HasSums) != 0 && !TryScaleSum(row, row.Sum, exponent, out scaled.Sum))
                return false;
            if ((form & HasResets) != 0 && !TryScaleSum(row, row.ResetAmount, exponent, out scaled.ResetAmount))
                return false;
        }
        return true;
    }

    // A sum of doubles is a little off that of the decimals: the nearest one is it.
    private static bool TryScaleSum(in SampleRun row, double sum, int exponent, out long scaled)
    {
        var scale = DecimalScale.PowersOfTen[exponent];
        var product = Math.Round(sum * scale);
        scaled = Math.Abs(product) < 1L << 60 ? (long)product : 0;
        return Math.Abs(product) < 1L << 60 && IsNear(row, scaled / scale, sum);
    }

    private static void PutIntegers(ByteWriter into, ReadOnlySpan<SampleRun> rows, ReadOnlySpan<ScaledRow> scaled, byte form, int exponent)
    {
        var numbers = ArrayPool<long>.Shared.Rent(rows.Length);
        var column = numbers.AsSpan(0, rows.Length);
        var formAt = into.Length;
        into.PutByte((byte)(form | Integers));
        into.PutByte((byte)exponent);
        if (PutFirst(into, scaled, column))
            into.At(formAt, 1)[0] |= Follows;
        for (var i = 0; i < column.Length; i++)
            column[i] = scaled[i].Last - scaled[i].First;
        BitPacking.Put(into, column);
        if ((form & HasSums) != 0)
        {
            for (var i = 0; i < column.Length; i++)
                column[i] = scaled[i].Sum - Line(scaled[i].First, scaled[i].Last, rows[i].Count);
            BitPacking.Put(into, column);
        }
        if ((form & HasExtremes) != 0)
        {
            for (var i = 0; i < column.Length; i++)
                column[i] = Math.Min(scaled[i].First, scaled[i].Last) - scaled[i].Min;
            BitPacking.Put(into, column);
            for (var i = 0; i < column.Length; i++)
                column[i] = scaled[i].Max - Math.Max(scaled[i].First, scaled[i].Last);
            BitPacking.Put(into, column);
        }
        if ((form & HasResets) != 0)
        {
            PutResets(into, rows, column);
            for (var i = 0; i < column.Length; i++)
                column[i] = scaled[i].ResetAmount;
            BitPacking.Put(into, column);
        }
        ArrayPool<long>.Shared.Return(numbers);
    }

    // As differences to the last value of the row before (counters), or as they are (noise), whichever is smaller.
    private static bool PutFirst(ByteWriter into, ReadOnlySpan<ScaledRow> scaled, Span<long> column)
    {
        var start = into.Length;
        for (var i = 0; i < column.Length; i++)
            column[i] = scaled[i].First;
        BitPacking.Put(into, column);
        var middle = into.Length;
        for (var i = column.Length - 1; i > 0; i--)
            column[i] -= scaled[i - 1].Last;
        into.PutZigZag(column[0]);
        BitPacking.Put(into, column[1..]);
        var isSmaller = into.Length - middle < middle - start;
        if (isSmaller)
            into.Remove(start, middle - start);
        else
            into.Truncate(middle);
        return isSmaller;
    }

    private static void PutResets(ByteWriter into, ReadOnlySpan<SampleRun> rows, Span<long> column)
    {
        for (var i = 0; i < column.Length; i++)
            column[i] = rows[i].Resets;
        BitPacking.Put(into, column);
    }

    private static void PutDoubles(ByteWriter into, ReadOnlySpan<SampleRun> rows, byte form)
    {
        var numbers = ArrayPool<double>.Shared.Rent(rows.Length);
        var column = numbers.AsSpan(0, rows.Length);
        into.PutByte(form);
        Put(into, rows, column, static row => row.First);
        Put(into, rows, column, static row => row.Last);
        if ((form & HasSums) != 0)
            Put(into, rows, column, static row => row.Sum);
        if ((form & HasExtremes) != 0)
        {
            Put(into, rows, column, static row => row.Min);
            Put(into, rows, column, static row => row.Max);
        }
        if ((form & HasResets) != 0)
        {
            var counts = ArrayPool<long>.Shared.Rent(rows.Length);
            PutResets(into, rows, counts.AsSpan(0, rows.Length));
            ArrayPool<long>.Shared.Return(counts);
            Put(into, rows, column, static row => row.ResetAmount);
        }
        ArrayPool<double>.Shared.Return(numbers);
    }

    private static void Put(ByteWriter into, ReadOnlySpan<SampleRun> rows, Span<double> column, Func<SampleRun, double> value)
    {
        for (var i = 0; i < column.Length; i++)
            column[i] = value(rows[i]);
        ValueCodec.Put(into, column, withSummary: false);
    }

    private static bool TryReadIntegers(ref ByteReader reader, byte form, RunFigures figures, Span<SampleRun> rows)
    {
        var exponent = reader.ReadByte();
        if (reader.Failed || exponent > DecimalScale.MaxExponent)
            return false;
        var scale = DecimalScale.PowersOfTen[exponent];
        Span<long> first = stackalloc long[rows.Length];
        Span<long> last = stackalloc long[rows.Length];
        var follows = (form & Follows) != 0;
        if (follows)
            first[0] = reader.ReadZigZag();
        if (!TryReadColumn(ref reader, follows ? first[1..] : first) || !TryReadColumn(ref reader, last))
            return false;
        var resets = (form & IsNoCounter) != 0 ? -1 : 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (follows && i > 0)
                first[i] += last[i - 1];
            last[i] += first[i];
            var (a, b) = (first[i] / scale, last[i] / scale);
            rows[i] = rows[i] with { First = a, Last = b, Sum = a * rows[i].Count, Min = Math.Min(a, b), Max = Math.Max(a, b), Resets = resets };
        }
        Span<long> column = stackalloc long[rows.Length];
        return TryReadRest(ref reader, form, figures, first, last, scale, column, rows);
    }

    private static bool TryReadRest(
        ref ByteReader reader, byte form, RunFigures figures, scoped ReadOnlySpan<long> first, scoped ReadOnlySpan<long> last, double scale, scoped Span<long> column, Span<SampleRun> rows)
    {
        // What is behind the figures that are asked for is not looked at.
        if (figures == RunFigures.None || (figures == RunFigures.Resets && (form & HasResets) == 0))
            return true;
        if ((form & HasSums) != 0)
        {
            if (!TryReadColumn(ref reader, column))
                return false;
            for (var i = 0; i < rows.Length; i++)
                rows[i] = rows[i] with { Sum = (column[i] + Line(first[i], last[i], rows[i].Count)) / scale };
        }
        if ((form & HasExtremes) != 0)
        {
            if (!TryReadColumn(ref reader, column))
                return false;
            for (var i = 0; i < rows.Length; i++)
                rows[i] = rows[i] with { Min = (Math.Min(first[i], last[i]) - column[i]) / scale };
            if (!TryReadColumn(ref reader, column))
                return false;
            for (var i = 0; i < rows.Length; i++)
                rows[i] = rows[i] with { Max = (Math.Max(first[i], last[i]) + column[i]) / scale };
        }
        if ((form & HasResets) == 0)
            return true;
        if (!TryReadResets(ref reader, column, rows) || !TryReadColumn(ref reader, column))
            return false;
        for (var i = 0; i < rows.Length; i++)
            rows[i] = rows[i] with { ResetAmount = column[i] / scale };
        return true;
    }

    private static bool TryReadDoubles(ref ByteReader reader, byte form, Span<SampleRun> rows)
    {
        Span<double> first = stackalloc double[rows.Length];
        Span<double> column = stackalloc double[rows.Length];
        if (!ValueCodec.TryRead(ref reader, first) || !ValueCodec.TryRead(ref reader, column))
            return false;
        var resets = (form & IsNoCounter) != 0 ? -1 : 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var (a, b) = (first[i], column[i]);
            rows[i] = rows[i] with { First = a, Last = b, Sum = a * rows[i].Count, Min = Math.Min(a, b), Max = Math.Max(a, b), Resets = resets };
        }
        if ((form & HasSums) != 0)
        {
            if (!ValueCodec.TryRead(ref reader, column))
                return false;
            for (var i = 0; i < rows.Length; i++)
                rows[i] = rows[i] with { Sum = column[i] };
        }
        if ((form & HasExtremes) != 0)
        {
            if (!ValueCodec.TryRead(ref reader, first) || !ValueCodec.TryRead(ref reader, column))
                return false;
            for (var i = 0; i < rows.Length; i++)
                rows[i] = rows[i] with { Min = first[i], Max = column[i] };
        }
        if ((form & HasResets) == 0)
            return true;
        Span<long> counts = stackalloc long[rows.Length];
        if (!TryReadResets(ref reader, counts, rows) || !ValueCodec.TryRead(ref reader, column))
            return false;
        for (var i = 0; i < rows.Length; i++)
            rows[i] = rows[i] with { ResetAmount = column[i] };
        return true;
    }

    private static bool TryReadResets(ref ByteReader reader, scoped Span<long> column, Span<SampleRun> rows)
    {
        if (!TryReadColumn(ref reader, column))
            return false;
        for (var i = 0; i < rows.Length; i++)
            rows[i] = rows[i] with { Resets = column[i] };
        return true;
    }

    private static bool TryReadColumn(ref ByteReader reader, scoped Span<long> numbers)
    {
        for (var from = 0; from < numbers.Length; from += BitPacking.GroupSize)
        {
            if (!BitPacking.TryReadGroup(ref reader, numbers.Slice(from, Math.Min(BitPacking.GroupSize, numbers.Length - from))))
                return false;
        }
        return true;
    }

    // What the sum is when the values rise evenly. Wraps alike on both sides.
    private static long Line(long first, long last, long count) => first * count + (last - first) * count / 2;

    private struct ScaledRow
    {
        public long First;
        public long Last;
        public long Min;
        public long Max;
        public long Sum;
        public long ResetAmount;
    }
}
