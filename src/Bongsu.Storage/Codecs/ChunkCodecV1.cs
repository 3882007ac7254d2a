using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Codecs;

/// <summary>Reads the float samples of one series as format 1 has them: times as a constant step or as differences of steps; values as one constant, as scaled integers, or as XORs byte by byte.</summary>
internal static class ChunkCodecV1
{
    private const byte ConstantStep = 0;
    private const byte VariableStep = 1;
    private const byte ConstantValue = 0;
    private const byte ScaledIntegers = 1;
    private const byte XoredBytes = 2;

    private const int GroupSize = 128;

    /// <summary>Appends what a chunk holds; false when the bytes are none.</summary>
    public static bool TryRead(ref ByteReader reader, Column<long> times, Column<double> values)
    {
        // A constant chunk takes a few bytes for any count: the count is bounded by what a head can hold.
        var count = reader.ReadInt(1 << 24);
        if (count == 0)
            return !reader.Failed;
        return TryReadTimes(ref reader, count, times) && TryReadValues(ref reader, count, values);
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

    private static bool TryReadIntegers(ref ByteReader reader, int count, Column<double> values)
    {
        var exponent = reader.ReadByte();
        var exceptions = reader.ReadCount(9);
        if (reader.Failed || exponent > DecimalScale.MaxExponent)
            return false;
        // Gone over again once the integers that they replace are there.
        var patches = reader;
        for (var i = 0; i < exceptions; i++)
        {
            reader.ReadInt(count - 1);
            reader.ReadUInt64();
        }
        var (start, scale) = (values.Count, DecimalScale.PowersOfTen[exponent]);
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
        Span<ulong> numbers = stackalloc ulong[GroupSize];
        BitPacking.Unpack(packed, reader.Rest, width, numbers[..count]);
        foreach (var number in numbers[..count])
            values.Add((integer += min + (long)number) / scale);
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
