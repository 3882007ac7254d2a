using System.Buffers;

namespace Bongsu.Storage.Codecs;

/// <summary>
/// Values as whole numbers over a power of ten: themselves (noise), their differences (counters), or the differences of those (steady growth), whichever
/// span the least, bit-packed. What is no such number (NaN, infinities, odd values) is an exception and stands beside them.
/// </summary>
internal static class IntegerCodec
{
    // More than one exception in sixteen costs more than other forms do.
    private const int MaxExceptionShare = 16;

    public static bool TryPut(ByteWriter into, ReadOnlySpan<double> values, bool withSummary)
    {
        var exponent = DecimalScale.Find(values);
        if (exponent < 0)
            return false;
        var integers = ArrayPool<long>.Shared.Rent(values.Length);
        var exceptions = ArrayPool<int>.Shared.Rent(values.Length);
        var count = Scale(values, exponent, integers, exceptions);
        var fits = count <= Math.Max(2, values.Length / MaxExceptionShare);
        if (fits)
            Put(into, values, integers.AsSpan(0, values.Length), exceptions.AsSpan(0, count), exponent, withSummary && count == 0);
        ArrayPool<int>.Shared.Return(exceptions);
        ArrayPool<long>.Shared.Return(integers);
        return fits;
    }

    // Hot path: 0 B/op (see ChunkCodecBenchmark, AllocationTests)
    public static bool TryRead(ref ByteReader reader, byte form, scoped Span<double> values)
    {
        var exponent = reader.ReadByte();
        var exceptions = reader.ReadCount(9);
        if (reader.Failed || exponent > DecimalScale.MaxExponent || exceptions > values.Length)
            return false;
        // Gone over again once the integers that they replace are there.
        var patches = reader;
        for (var i = 0; i < exceptions; i++)
        {
            reader.ReadInt(values.Length - 1);
            reader.ReadUInt64();
        }
        if ((form & ValueForm.HasSummary) != 0)
            SkipSummary(ref reader, form);
        if (reader.Failed || !TryReadIntegers(ref reader, form & ValueForm.Mask, values))
            return false;
        if (exponent > 0)
        {
            var scale = DecimalScale.PowersOfTen[exponent];
            for (var i = 0; i < values.Length; i++)
                values[i] /= scale;
        }
        for (var i = 0; i < exceptions; i++)
            values[patches.ReadInt(values.Length - 1)] = BitConverter.UInt64BitsToDouble(patches.ReadUInt64());
        return true;
    }

    public static bool TryReadSummary(ref ByteReader reader, byte form, int count, out ChunkSummary summary)
    {
        summary = default;
        var exponent = reader.ReadByte();
        if (reader.ReadVarint() != 0 || exponent > DecimalScale.MaxExponent)
            return false;
        var scale = DecimalScale.PowersOfTen[exponent];
        var first = reader.ReadZigZag();
        var last = first + reader.ReadZigZag();
        var sum = (Int128)first * count + reader.ReadZigZag();
        if ((form & ValueForm.Ascends) != 0)
        {
            summary = new ChunkSummary(first / scale, last / scale, first / scale, last / scale, (double)sum / scale, 0, 0);
            return !reader.Failed;
        }
        var (min, max) = (first - reader.ReadZigZag(), first + reader.ReadZigZag());
        var resets = (int)reader.ReadVarint() - 1;
        var amount = resets < 0 ? 0 : reader.ReadZigZag();
        summary = new ChunkSummary(first / scale, last / scale, min / scale, max / scale, (double)sum / scale, resets, amount / scale);
        return !reader.Failed;
    }

    private static int Scale(ReadOnlySpan<double> values, int exponent, long[] integers, int[] exceptions)
    {
        var (count, last) = (0, 0L);
        for (var i = 0; i < values.Length; i++)
        {
            // An exception repeats the integer before it, so that it costs no width.
            if (DecimalScale.TryScale(values[i], exponent, out var scaled))
                last = scaled;
            else
                exceptions[count++] = i;
            integers[i] = last;
        }
        // Exceptions at the start have none before: they take the first there is.
        var leading = 0;
        while (leading < count && exceptions[leading] == leading)
            leading++;
        if (leading > 0 && leading < values.Length)
            integers.AsSpan(0, leading).Fill(integers[leading]);
        return count;
    }

    private static void Put(ByteWriter into, ReadOnlySpan<double> values, Span<long> integers, ReadOnlySpan<int> exceptions, int exponent, bool withSummary)
    {
        var form = Form(integers);
        var formAt = into.Length;
        into.PutByte(form);
        into.PutByte((byte)exponent);
        into.PutVarint((ulong)exceptions.Length);
        foreach (var at in exceptions)
        {
            into.PutVarint((ulong)at);
            into.PutUInt64(BitConverter.DoubleToUInt64Bits(values[at]));
        }
        if (withSummary)
            ChunkSummary.Mark(into, formAt, PutSummary(into, integers));
        var order = form - ValueForm.Integers;
        for (var i = 0; i < order; i++)
            Differ(integers[i..]);
        for (var i = 0; i < order; i++)
            into.PutZigZag(integers[i]);
        BitPacking.Put(into, integers[order..]);
    }

    private static void Differ(Span<long> numbers)
    {
        for (var i = numbers.Length - 1; i > 0; i--)
            numbers[i] -= numbers[i - 1];
    }

    // By how far the numbers of each order lie apart.
    private static byte Form(ReadOnlySpan<long> integers)
    {
        if (integers.Length < 4)
            return ValueForm.Differences;
        var (plain, first, second) = (default(Spread), default(Spread), default(Spread));
        var (last, lastDifference) = (integers[0], integers[1] - integers[0]);
        for (var i = 1; i < integers.Length; i++)
        {
            var difference = integers[i] - last;
            plain.Add(integers[i] - integers[0]);
            first.Add(difference);
            second.Add(difference - lastDifference);
            (last, lastDifference) = (integers[i], difference);
        }
        var (a, b, c) = (plain.Cost, first.Cost, second.Cost);
        return c < b && c < a ? ValueForm.SecondDifferences : a < b ? ValueForm.Integers : ValueForm.Differences;
    }

    private static byte PutSummary(ByteWriter into, ReadOnlySpan<long> integers)
    {
        var first = integers[0];
        var (min, max, sum, resets, amount) = (first, first, 0L, 0, 0L);
        for (var i = 1; i < integers.Length; i++)
        {
            min = Math.Min(min, integers[i]);
            max = Math.Max(max, integers[i]);
            sum += integers[i] - first;
            if (integers[i] >= integers[i - 1])
                continue;
            resets++;
            amount += integers[i - 1];
        }
        into.PutZigZag(first);
        into.PutZigZag(integers[^1] - first);
        into.PutZigZag(sum);
        if (resets == 0)
            return ValueForm.HasSummary | ValueForm.Ascends;
        into.PutZigZag(first - min);
        into.PutZigZag(max - first);
        into.PutVarint(resets <= ChunkSummary.MaxResets ? (ulong)resets + 1 : 0);
        if (resets <= ChunkSummary.MaxResets)
            into.PutZigZag(amount);
        return ValueForm.HasSummary;
    }

    private static void SkipSummary(ref ByteReader reader, byte form)
    {
        for (var i = 0; i < ((form & ValueForm.Ascends) != 0 ? 3 : 5); i++)
            reader.ReadVarint();
        if ((form & ValueForm.Ascends) == 0 && reader.ReadVarint() != 0)
            reader.ReadVarint();
    }

    private static bool TryReadIntegers(ref ByteReader reader, int form, scoped Span<double> values)
    {
        Span<long> group = stackalloc long[BitPacking.GroupSize];
        var (integer, difference, at) = (0L, 0L, 0);
        if (form >= ValueForm.Differences)
            values[at++] = integer = reader.ReadZigZag();
        if (form == ValueForm.SecondDifferences && values.Length > 1)
            values[at++] = integer += difference = reader.ReadZigZag();
        while (at < values.Length)
        {
            var target = values.Slice(at, Math.Min(BitPacking.GroupSize, values.Length - at));
            var numbers = group[..target.Length];
            if (!BitPacking.TryReadGroup(ref reader, numbers))
                return false;
            at += target.Length;
            switch (form)
            {
                case ValueForm.Integers:
                    for (var i = 0; i < target.Length; i++)
                        target[i] = numbers[i];
                    break;
                case ValueForm.Differences:
                    for (var i = 0; i < target.Length; i++)
                        target[i] = integer += numbers[i];
                    break;
                default:
                    for (var i = 0; i < target.Length; i++)
                        target[i] = integer += difference += numbers[i];
                    break;
            }
        }
        return !reader.Failed;
    }

    // How wide numbers lie around their mean: their variance.
    private struct Spread
    {
        private double _sum;
        private double _squares;
        private int _count;

        public readonly double Cost => _count == 0 ? 0 : _squares / _count - _sum / _count * (_sum / _count);

        public void Add(long number)
        {
            var value = (double)number;
            _sum += value;
            _squares += value * value;
            _count++;
        }
    }
}
