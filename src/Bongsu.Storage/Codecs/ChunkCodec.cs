using System.Numerics;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Codecs;

/// <summary>
/// The float samples of one series: times as a constant step or as differences of differences, values as one constant, as scaled integers (with
/// exceptions for what is none: NaN, infinities, odd values) in bit-packed differences, or as XORs byte by byte. Every bit of a value comes back.
/// </summary>
internal static class ChunkCodec
{
    private const byte ConstantStep = 0;
    private const byte VariableStep = 1;
    private const byte ConstantValue = 0;
    private const byte ScaledIntegers = 1;
    private const byte XoredBytes = 2;

    // Differences share one base and one width in groups: small enough that one outlier widens few, large enough that the header is nothing.
    private const int GroupSize = 128;

    // Beyond nine decimals scaled integers are no smaller than the double itself.
    private const int MaxExponent = 9;

    // More than one exception in sixteen costs more than XOR does.
    private const int MaxExceptionShare = 16;

    private static readonly double[] PowersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

    // Hot path: 0 B/op (see ChunkCodecBenchmark, AllocationTests)
    public static void Put(ByteWriter into, ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        into.PutVarint((ulong)times.Length);
        if (times.IsEmpty)
            return;
        PutTimes(into, times);
        PutValues(into, values);
    }

    /// <summary>Appends what a chunk holds; false when the bytes are none.</summary>
    public static bool TryRead(ref ByteReader reader, Column<long> times, Column<double> values)
    {
        // A constant chunk takes a few bytes for any count: the count is bounded by what a head can hold.
        var count = reader.ReadInt(1 << 24);
        if (count == 0)
            return !reader.Failed;
        return TryReadTimes(ref reader, count, times) && TryReadValues(ref reader, count, values);
    }

    private static void PutTimes(ByteWriter into, ReadOnlySpan<long> times)
    {
        into.PutZigZag(times[0]);
        var step = times.Length > 1 ? times[1] - times[0] : 0;
        var isConstant = true;
        for (var i = 1; i < times.Length && isConstant; i++)
            isConstant = times[i] - times[i - 1] == step;
        into.PutByte(isConstant ? ConstantStep : VariableStep);
        into.PutZigZag(step);
        for (var i = 2; i < times.Length && !isConstant; i++)
        {
            var next = times[i] - times[i - 1];
            into.PutZigZag(next - step);
            step = next;
        }
    }

    private static bool TryReadTimes(ref ByteReader reader, int count, Column<long> times)
    {
        var time = reader.ReadZigZag();
        var mode = reader.ReadByte();
        var step = reader.ReadZigZag();
        if (reader.Failed || mode > VariableStep || (mode == VariableStep && count - 2 > reader.Remaining))
            return false;
        times.Add(time);
        for (var i = 1; i < count; i++)
        {
            if (mode == VariableStep && i > 1)
                step += reader.ReadZigZag();
            times.Add(time += step);
        }
        return !reader.Failed;
    }

    private static void PutValues(ByteWriter into, ReadOnlySpan<double> values)
    {
        if (IsConstant(values))
        {
            into.PutByte(ConstantValue);
            into.PutUInt64(BitConverter.DoubleToUInt64Bits(values[0]));
            return;
        }
        var exponent = Exponent(values);
        if (exponent < 0 || !TryPutIntegers(into, values, exponent))
            PutXored(into, values);
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

    // The decimals that a sample of the values needs; -1 when many have no short decimal form.
    private static int Exponent(ReadOnlySpan<double> values)
    {
        var (exponent, misfits, probed) = (0, 0, 0);
        var step = Math.Max(1, values.Length / 32);
        for (var i = 0; i < values.Length; i += step)
        {
            probed++;
            var needed = exponent;
            while (needed <= MaxExponent && !TryScale(values[i], needed, out _))
                needed++;
            if (needed <= MaxExponent)
                exponent = needed;
            else if (double.IsFinite(values[i]))
                misfits++;
        }
        return misfits * 8 > probed ? -1 : exponent;
    }

    private static bool TryScale(double value, int exponent, out long scaled)
    {
        var product = value * PowersOfTen[exponent];
        if (!(Math.Abs(product) < 1L << 52))
        {
            scaled = 0;
            return false;
        }
        scaled = (long)Math.Round(product);
        return BitConverter.DoubleToInt64Bits(scaled / PowersOfTen[exponent]) == BitConverter.DoubleToInt64Bits(value);
    }

    private static bool TryPutIntegers(ByteWriter into, ReadOnlySpan<double> values, int exponent)
    {
        var start = into.Length;
        var integers = System.Buffers.ArrayPool<long>.Shared.Rent(values.Length);
        var exceptions = System.Buffers.ArrayPool<int>.Shared.Rent(values.Length);
        var (count, last) = (0, 0L);
        for (var i = 0; i < values.Length; i++)
        {
            // An exception repeats the integer before it, so that it costs no width.
            if (TryScale(values[i], exponent, out var scaled))
                last = scaled;
            else
                exceptions[count++] = i;
            integers[i] = last;
        }
        if (count <= Math.Max(2, values.Length / MaxExceptionShare))
        {
            into.PutByte(ScaledIntegers);
            into.PutByte((byte)exponent);
            into.PutVarint((ulong)count);
            foreach (var at in exceptions.AsSpan(0, count))
            {
                into.PutVarint((ulong)at);
                into.PutUInt64(BitConverter.DoubleToUInt64Bits(values[at]));
            }
            PutDeltas(into, integers.AsSpan(0, values.Length));
        }
        System.Buffers.ArrayPool<int>.Shared.Return(exceptions);
        System.Buffers.ArrayPool<long>.Shared.Return(integers);
        return into.Length > start;
    }

    private static void PutDeltas(ByteWriter into, ReadOnlySpan<long> integers)
    {
        into.PutZigZag(integers[0]);
        Span<long> deltas = stackalloc long[GroupSize];
        for (var from = 1; from < integers.Length; from += GroupSize)
        {
            var count = Math.Min(GroupSize, integers.Length - from);
            var (min, max) = (long.MaxValue, long.MinValue);
            for (var i = 0; i < count; i++)
            {
                deltas[i] = integers[from + i] - integers[from + i - 1];
                min = Math.Min(min, deltas[i]);
                max = Math.Max(max, deltas[i]);
            }
            var width = 64 - BitOperations.LeadingZeroCount((ulong)(max - min));
            into.PutZigZag(min);
            into.PutByte((byte)width);
            PutBits(into, deltas[..count], min, width);
        }
    }

    private static void PutBits(ByteWriter into, ReadOnlySpan<long> deltas, long min, int width)
    {
        UInt128 pending = 0;
        var bits = 0;
        foreach (var delta in deltas)
        {
            pending |= (UInt128)(ulong)(delta - min) << bits;
            bits += width;
            for (; bits >= 8; bits -= 8)
            {
                into.PutByte((byte)pending);
                pending >>= 8;
            }
        }
        if (bits > 0)
            into.PutByte((byte)pending);
    }

    private static bool TryReadIntegers(ref ByteReader reader, int count, Column<double> values)
    {
        var exponent = reader.ReadByte();
        var exceptions = reader.ReadCount(9);
        if (reader.Failed || exponent > MaxExponent)
            return false;
        // Gone over again once the integers that they replace are there.
        var patches = reader;
        for (var i = 0; i < exceptions; i++)
        {
            reader.ReadInt(count - 1);
            reader.ReadUInt64();
        }
        var (start, scale) = (values.Count, PowersOfTen[exponent]);
        var integer = reader.ReadZigZag();
        values.Add(integer / scale);
        for (var from = 1; from < count && !reader.Failed; from += GroupSize)
            ReadGroup(ref reader, Math.Min(GroupSize, count - from), scale, ref integer, values);
        if (reader.Failed)
            return false;
        for (var i = 0; i < exceptions; i++)
            values[start + patches.ReadInt(count - 1)] = BitConverter.UInt64BitsToDouble(patches.ReadUInt64());
        return true;
    }

    private static void ReadGroup(ref ByteReader reader, int count, double scale, ref long integer, Column<double> values)
    {
        var min = reader.ReadZigZag();
        var width = Math.Min((int)reader.ReadByte(), 64);
        var packed = reader.ReadBytes((count * width + 7) / 8);
        if (reader.Failed)
            return;
        UInt128 pending = 0;
        var (bits, at) = (0, 0);
        var mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        for (var i = 0; i < count; i++)
        {
            for (; bits < width; bits += 8)
                pending |= (UInt128)packed[at++] << bits;
            integer += min + (long)((ulong)pending & mask);
            pending >>= width;
            bits -= width;
            values.Add(integer / scale);
        }
    }

    private static void PutXored(ByteWriter into, ReadOnlySpan<double> values)
    {
        into.PutByte(XoredBytes);
        var last = 0UL;
        foreach (var value in values)
        {
            var bits = BitConverter.DoubleToUInt64Bits(value);
            var xor = bits ^ last;
            last = bits;
            if (xor == 0)
            {
                into.PutByte(0);
                continue;
            }
            var (leading, trailing) = (BitOperations.LeadingZeroCount(xor) / 8, BitOperations.TrailingZeroCount(xor) / 8);
            into.PutByte((byte)(1 + leading * 8 + trailing));
            for (xor >>= trailing * 8; xor != 0; xor >>= 8)
                into.PutByte((byte)xor);
        }
    }

    private static bool TryReadXored(ref ByteReader reader, int count, Column<double> values)
    {
        if (count > reader.Remaining)
            return false;
        var last = 0UL;
        for (var i = 0; i < count; i++)
        {
            var control = reader.ReadByte() - 1;
            if (control >= 0)
            {
                var (leading, trailing) = (control / 8, control % 8);
                if (leading + trailing > 7)
                    return false;
                var bytes = reader.ReadBytes(8 - leading - trailing);
                var xor = 0UL;
                for (var b = 0; b < bytes.Length; b++)
                    xor |= (ulong)bytes[b] << (8 * (b + trailing));
                last ^= xor;
            }
            values.Add(BitConverter.UInt64BitsToDouble(last));
        }
        return !reader.Failed;
    }

    private static bool TryReadValues(ref ByteReader reader, int count, Column<double> values)
    {
        switch (reader.ReadByte())
        {
            case ConstantValue:
                var value = BitConverter.UInt64BitsToDouble(reader.ReadUInt64());
                for (var i = 0; i < count && !reader.Failed; i++)
                    values.Add(value);
                return !reader.Failed;
            case ScaledIntegers: return TryReadIntegers(ref reader, count, values);
            case XoredBytes: return TryReadXored(ref reader, count, values);
            default: return false;
        }
    }
}
