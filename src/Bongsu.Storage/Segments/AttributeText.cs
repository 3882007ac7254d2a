using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>Values of one kind as texts of a column: strings as they are, numbers in their shortest form, nested values in their wire form. The text gives the value back.</summary>
internal static class AttributeText
{
    private const int MaxNumber = 32;

    // Not-a-number has many bits and one text.
    private const byte BitsMark = (byte)'x';

    public static void Put(AttributeValue value, ByteArena arena, ByteWriter into)
    {
        var room = into.Take(MaxNumber);
        var length = 0;
        switch (value.Kind)
        {
            case AttributeKind.Null: break;
            case AttributeKind.Bool: length = Copy(value.Bits != 0 ? "true"u8 : "false"u8, room); break;
            case AttributeKind.Int: Utf8Formatter.TryFormat(value.Bits, room, out length); break;
            case AttributeKind.Double: length = WriteDouble(value, room); break;
            default:
                into.Truncate(into.Length - MaxNumber);
                into.PutBytes(arena.Get(value.Payload));
                return;
        }
        into.Truncate(into.Length - MaxNumber + length);
    }

    /// <summary>Whether a text of a kind is what a query sees of the value.</summary>
    public static bool IsShown(AttributeKind kind) => kind is AttributeKind.String or AttributeKind.Int or AttributeKind.Bool;

    /// <summary>False when the text is none of that kind.</summary>
    public static bool TryRead(AttributeKind kind, ReadOnlySpan<byte> text, ByteArena arena, out AttributeValue value)
    {
        value = default;
        switch (kind)
        {
            case AttributeKind.Null: return true;
            case AttributeKind.Bool:
                value = AttributeValue.OfBool(text.SequenceEqual("true"u8));
                return true;
            case AttributeKind.Int:
                var isInt = Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length;
                value = AttributeValue.OfInt(number);
                return isInt;
            case AttributeKind.Double: return TryReadDouble(text, out value);
            case > AttributeKind.Map: return false;
            default:
                value = new AttributeValue(kind, 0, text.IsEmpty ? Slice.Empty : arena.Append(text));
                return true;
        }
    }

    private static int WriteDouble(AttributeValue value, Span<byte> room)
    {
        if (value.AsDouble.TryFormat(room, out var length, "R", CultureInfo.InvariantCulture) && TryReadDouble(room[..length], out var read) && read.Bits == value.Bits)
            return length;
        room[0] = BitsMark;
        Span<byte> bits = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bits, value.Bits);
        HexText.Write(bits, room[1..]);
        return 1 + sizeof(long) * 2;
    }

    private static bool TryReadDouble(ReadOnlySpan<byte> text, out AttributeValue value)
    {
        value = default;
        if (text.Length == 1 + sizeof(long) * 2 && text[0] == BitsMark)
        {
            if (!HexText.TryParse(text[1..], out var bits))
                return false;
            value = new AttributeValue(AttributeKind.Double, (long)(ulong)bits, default);
            return true;
        }
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        value = AttributeValue.OfDouble(number);
        return isNumber;
    }

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> into)
    {
        text.CopyTo(into);
        return text.Length;
    }
}
