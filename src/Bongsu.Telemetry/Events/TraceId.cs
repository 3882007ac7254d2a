using System.Buffers.Binary;

namespace Bongsu.Telemetry.Events;

/// <summary>The 16 bytes of a trace id; all zero is "none". Text form: 32 lower-case hex digits.</summary>
public readonly record struct TraceId(ulong High, ulong Low) : IComparable<TraceId>
{
    public const int Size = 16;

    public bool IsEmpty => High == 0 && Low == 0;

    /// <summary>Reads 16 bytes; anything else is "none" (the caller checks the length where it matters).</summary>
    public static TraceId FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length != Size
        ? default
        : new TraceId(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <summary>Takes 1 to 32 hex digits of either case; shorter ones are padded with zeros in front, as Tempo and Jaeger do.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out TraceId id)
    {
        id = default;
        if (hex.IsEmpty || hex.Length > 32)
            return false;
        var lowDigits = Math.Min(16, hex.Length);
        if (!HexId.TryParse(hex[^lowDigits..], out var low))
            return false;
        ulong high = 0;
        if (hex.Length > 16 && !HexId.TryParse(hex[..^16], out high))
            return false;
        id = new TraceId(high, low);
        return true;
    }

    // Ids come from outside: without a seed a sender could choose many that fall into one place of every table of traces.
    public override int GetHashCode() => HexId.Hash(High, Low);

    public int CompareTo(TraceId other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    public override string ToString() => $"{High:x16}{Low:x16}";
}
