using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Bongsu.Telemetry.Events;

/// <summary>The 8 bytes of a span id; all zero is "none". Text form: 16 lower-case hex digits.</summary>
public readonly record struct SpanId(ulong Value) : IComparable<SpanId>
{
    public const int Size = 8;

    public bool IsEmpty => Value == 0;

    public static SpanId FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length != Size ? default : new SpanId(BinaryPrimitives.ReadUInt64BigEndian(bytes));

    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, Value);

    public static bool TryParse(ReadOnlySpan<char> hex, out SpanId id)
    {
        var ok = HexId.TryParse(hex, out var value);
        id = new SpanId(value);
        return ok;
    }

    public override int GetHashCode() => HexId.Hash(0, Value);

    public int CompareTo(SpanId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("x16");
}

internal static class HexId
{
    // Of this process: nothing that is stored may hang on it.
    private static readonly ulong s_high = Seed();
    private static readonly ulong s_low = Seed();

    public static int Hash(ulong high, ulong low)
    {
        var upper = Math.BigMul(high ^ s_high, low ^ s_low, out var lower);
        return (int)(upper ^ lower ^ (upper ^ lower) >> 32);
    }

    public static bool TryParse(ReadOnlySpan<char> hex, out ulong value)
    {
        value = 0;
        if (hex.IsEmpty || hex.Length > 16)
            return false;
        foreach (var c in hex)
        {
            var digit = c switch { >= '0' and <= '9' => c - '0', >= 'a' and <= 'f' => c - 'a' + 10, >= 'A' and <= 'F' => c - 'A' + 10, _ => -1 };
            if (digit < 0)
                return false;
            value = (value << 4) | (uint)digit;
        }
        return true;
    }

    private static ulong Seed()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) | 1;
    }
}
