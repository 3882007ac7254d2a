namespace Bongsu.Telemetry;

/// <summary>LEB128 variable-length unsigned integers, as protobuf writes them: seven bits a byte, low first, at most ten bytes.</summary>
public static class Varint
{
    public const int MaxSize = 10;

    public static int Size(ulong value)
    {
        var size = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            size++;
        }
        return size;
    }

    /// <summary>Writes the value and returns how many bytes it took.</summary>
    public static int Write(Span<byte> destination, ulong value)
    {
        var at = 0;
        while (value >= 0x80)
        {
            destination[at++] = (byte)(value | 0x80);
            value >>= 7;
        }
        destination[at++] = (byte)value;
        return at;
    }

    /// <summary>Reads a value at <paramref name="at"/> and moves past it; false when the bytes end first or the value is over 64 bits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if ((uint)at >= (uint)source.Length)
                return false;
            var b = source[at++];
            if (shift == 63 && b > 1)
                return false;
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return true;
        }
        return false;
    }

    /// <summary>Maps small negative numbers to small unsigned ones.</summary>
    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
