using System.Text;

namespace Bongsu.Telemetry.Events;

public enum AttributeKind : byte
{
    Null,
    String,
    Bool,
    Int,
    Double,
    Bytes,
    /// <summary>The payload is the wire form of OTLP's <c>ArrayValue</c> (see <see cref="AnyValueWire"/>).</summary>
    Array,
    /// <summary>The payload is the wire form of OTLP's <c>KeyValueList</c>.</summary>
    Map,
}

/// <summary>Some consecutive rows of an <see cref="AttributeTable"/>.</summary>
public readonly record struct AttributeRange(int Start, int Count)
{
    public static readonly AttributeRange Empty;
}

/// <summary>A typed value: a number in itself, text and nested values in the arena.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Bits">Bool (0 or 1), Int (the value), Double (its bits); otherwise 0.</param>
/// <param name="Payload">String, Bytes, Array, Map: where the bytes stand.</param>
public readonly record struct AttributeValue(AttributeKind Kind, long Bits, Slice Payload)
{
    public static AttributeValue OfInt(long value) => new(AttributeKind.Int, value, default);
    public static AttributeValue OfBool(bool value) => new(AttributeKind.Bool, value ? 1 : 0, default);
    public static AttributeValue OfDouble(double value) => new(AttributeKind.Double, BitConverter.DoubleToInt64Bits(value), default);
    public static AttributeValue OfString(Slice text) => new(AttributeKind.String, 0, text);

    public double AsDouble => BitConverter.Int64BitsToDouble(Bits);
}

/// <summary>Keys and typed values in rows; resources, scopes, records, span events and links own ranges of it. Not thread-safe.</summary>
public sealed class AttributeTable(ByteArena arena)
{
    public ByteArena Arena { get; } = arena;

    public Column<Slice> Keys { get; } = new();
    public Column<AttributeValue> Values { get; } = new();

    public int Count => Keys.Count;

    public void Add(Slice key, AttributeValue value)
    {
        Keys.Add(key);
        Values.Add(value);
    }

    public void Add(string key, string value) => Add(Arena.Append(key), AttributeValue.OfString(Arena.Append(value)));

    /// <summary>The range from <paramref name="start"/> (a count taken before adding) to the end.</summary>
    public AttributeRange Since(int start) => new(start, Count - start);

    public ReadOnlySpan<byte> Key(int row) => Arena.Get(Keys[row]);

    /// <summary>The row of a key in a range, or -1. Of repeated keys the first counts.</summary>
    public int Find(AttributeRange range, ReadOnlySpan<byte> key)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            if (Key(row).SequenceEqual(key))
                return row;
        }
        return -1;
    }

    /// <summary>The text of a string attribute, or null when it is absent or no string.</summary>
    public string? FindString(AttributeRange range, ReadOnlySpan<byte> key)
    {
        var row = Find(range, key);
        return row >= 0 && Values[row].Kind == AttributeKind.String ? Arena.GetString(Values[row].Payload) : null;
    }

    /// <summary>Any value as text: strings as they are, numbers in their shortest form, arrays and maps as JSON, bytes as base64.</summary>
    public string Text(int row) => AnyValueWire.ToText(Values[row], Arena);

    /// <summary>Shortens the table; what is beyond is forgotten.</summary>
    public void Truncate(int count)
    {
        Keys.Truncate(count);
        Values.Truncate(count);
    }

    public void Clear()
    {
        Keys.Clear();
        Values.Clear();
    }
}
