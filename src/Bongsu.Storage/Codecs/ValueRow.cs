using System.Buffers.Binary;
using System.Numerics;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Codecs;

/// <summary>
/// One value each of many series, as a WAL record has them: half a byte that says how long, then the bytes. Whole numbers and those of up to three decimals
/// take as many bytes as they need, all others eight. Cheap above all: it is written before each acknowledgement.
/// </summary>
internal static class ValueRow
{
    private const int Raw = 0;
    private const int Whole = 1;
    private const int Decimal = 8;
    private const int Exponent = 3;

    // Hot path: 0 B/op (see MetricAppendBenchmark, AllocationTests)
    public static void Put(ByteWriter into, ReadOnlySpan<double> values)
    {
        var start = into.Length;
        var lengths = (values.Length + 1) / 2;
        // Eight bytes at a time are written, of which those that are not needed are written over.
        var bytes = into.Take(lengths + values.Length * 8 + 8);
        bytes[..lengths].Clear();
        var at = lengths;
        for (var i = 0; i < values.Length; i++)
        {
            var code = Code(values[i], out var bits, out var size);
            bytes[i >> 1] |= (byte)(code << ((i & 1) * 4));
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[at..], bits);
            at += size;
        }
        into.Truncate(start + at);
    }

    public static bool TryRead(ref ByteReader reader, int count, Column<double> values)
    {
        var lengths = reader.ReadBytes((count + 1) / 2);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            var code = lengths[i >> 1] >> ((i & 1) * 4) & 15;
            var size = code == Raw ? 8 : code < Decimal ? code - Whole : code - Decimal;
            var bits = 0UL;
            var bytes = reader.ReadBytes(size);
            for (var b = bytes.Length - 1; b >= 0; b--)
                bits = bits << 8 | bytes[b];
            values.Add(code == Raw ? BitConverter.UInt64BitsToDouble(bits)
                : code < Decimal ? Telemetry.Varint.UnZigZag(bits)
                : Telemetry.Varint.UnZigZag(bits) / DecimalScale.PowersOfTen[Exponent]);
        }
        return !reader.Failed;
    }

    private static int Code(double value, out ulong bits, out int size)
    {
        // Fast path: a whole number of up to six bytes.
        var exponent = 0;
        if (!DecimalScale.TryScale(value, 0, out var scaled) && !DecimalScale.TryScale(value, exponent = Exponent, out scaled))
            exponent = -1;
        bits = Telemetry.Varint.ZigZag(scaled);
        size = (71 - BitOperations.LeadingZeroCount(bits)) >> 3;
        if (exponent >= 0 && size <= 6)
            return (exponent == 0 ? Whole : Decimal) + size;
        bits = BitConverter.DoubleToUInt64Bits(value);
        size = 8;
        return Raw;
    }
}
