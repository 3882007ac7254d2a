using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;

namespace Bongsu.Ingest.Decode;

/// <summary>Strings of JSON as UTF-8 bytes. Escapes that name half a character become U+FFFD; the framework's reader would throw.</summary>
internal static class JsonText
{
    private const int Block = 32;

    private enum StringEnd
    {
        Open,
        Closed,
        /// <summary>At an escape that is not of one byte.</summary>
        Unicode,
        Broken,
    }

    // By the byte behind a backslash what it stands for; 0: nothing, or u and four digits.
    private static readonly byte[] s_escapes = Escapes();

    /// <summary>Unescapes the current string or property name of the reader to the end of the buffer.</summary>
    public static void Append(ref readonly Utf8JsonReader reader, ByteBuffer into)
    {
        if (reader.ValueIsEscaped)
            Append(reader.ValueSpan, into);
        else
            into.Append(reader.ValueSpan);
    }

    /// <summary>Unescapes what stands between the quotes of a string that has been checked.</summary>
    public static void Append(ReadOnlySpan<byte> text, ByteBuffer into)
    {
        while (!text.IsEmpty)
        {
            var escape = text.IndexOf((byte)'\\');
            into.Append(escape < 0 ? text : text[..escape]);
            if (escape < 0)
                return;
            text = text[escape..];
            text = text[(text[1] == 'u' ? Unicode(text, into) : Simple(text[1], into))..];
        }
    }

    // Hot path: 0 B/op; lines that are JSON within JSON have an escape every few bytes (see LokiDecodeBenchmark)
    /// <summary>
    /// Unescapes a string whose opening quote has been read, to the end of the buffer, and steps behind its closing quote; false, with the buffer as it was, for anything
    /// that is no string.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> json, ref int at, ByteBuffer into)
    {
        var (start, from) = (into.Length, at);
        var end = StringEnd.Open;
        while (end == StringEnd.Open && from + 2 * Block <= json.Length)
        {
            end = ReadBlock(json, ref from, into);
            if (end == StringEnd.Unicode)
                end = TryUnicode(json, ref from, into) ? StringEnd.Open : StringEnd.Broken;
        }
        if (end == StringEnd.Closed || (end == StringEnd.Open && TryReadRest(json, ref from, into)))
        {
            at = from;
            return true;
        }
        into.Truncate(start);
        return false;
    }

    // A block and another one behind it are in the text, and as much room in the buffer: pieces between escapes are copied as whole registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static StringEnd ReadBlock(ReadOnlySpan<byte> json, ref int at, ByteBuffer into)
    {
        var room = into.Reserve(2 * Block);
        ref var to = ref MemoryMarshal.GetReference(room);
        ref var from = ref MemoryMarshal.GetReference(json[at..]);
        var block = Vector256.LoadUnsafe(ref from);
        block.StoreUnsafe(ref to);
        var stops = (Vector256.Equals(block, Vector256.Create((byte)'"')) | Vector256.Equals(block, Vector256.Create((byte)'\\'))
            | Vector256.LessThan(block, Vector256.Create((byte)' '))).ExtractMostSignificantBits();
        var (start, written) = (0, 0);
        while (stops != 0)
        {
            var stop = BitOperations.TrailingZeroCount(stops);
            written += stop - start;
            var escaped = json[at + stop] == '\\' ? s_escapes[json[at + stop + 1]] : (byte)0;
            if (escaped == 0)
            {
                into.Commit(written);
                at += stop;
                return End(json, ref at);
            }
            room[written++] = escaped;
            start = stop + 2;
            if (start >= Block)
                break;
            // Safety: start is at most 31 and written at most 32: 32 bytes from there on are within the two blocks of the text and of the room.
            Vector256.LoadUnsafe(ref from, (nuint)start).StoreUnsafe(ref to, (nuint)written);
            stops &= uint.MaxValue << start;
        }
        into.Commit(written + Math.Max(0, Block - start));
        at += Math.Max(Block, start);
        return StringEnd.Open;
    }

    private static StringEnd End(ReadOnlySpan<byte> json, ref int at)
    {
        if (json[at] == '\\')
            return StringEnd.Unicode;
        return json[at++] == '"' ? StringEnd.Closed : StringEnd.Broken;
    }

    private static bool TryReadRest(ReadOnlySpan<byte> json, ref int at, ByteBuffer into)
    {
        while (at < json.Length)
        {
            var b = json[at];
            if (b == '"')
            {
                at++;
                return true;
            }
            if (b < ' ')
                return false;
            if (b != '\\')
            {
                into.Append(b);
                at++;
                continue;
            }
            var escaped = at + 1 < json.Length ? s_escapes[json[at + 1]] : (byte)0;
            if (escaped != 0)
            {
                into.Append(escaped);
                at += 2;
            }
            else if (!TryUnicode(json, ref at, into))
                return false;
        }
        return false;
    }

    private static bool TryUnicode(ReadOnlySpan<byte> json, ref int at, ByteBuffer into)
    {
        if (!IsUnit(json, at))
            return false;
        // Why: a second half that is none is left to be read for itself.
        at += Unicode(IsUnit(json, at + 6) ? json.Slice(at, 12) : json.Slice(at, 6), into);
        return true;
    }

    private static bool IsUnit(ReadOnlySpan<byte> json, int at)
    {
        if (at + 6 > json.Length || json[at] != '\\' || json[at + 1] != 'u')
            return false;
        for (var i = at + 2; i < at + 6; i++)
        {
            if (!char.IsAsciiHexDigit((char)json[i]))
                return false;
        }
        return true;
    }

    private static byte[] Escapes()
    {
        var escapes = new byte[256];
        foreach (var escaped in "\"\\/bfnrt"u8)
            escapes[escaped] = Unescaped(escaped);
        return escapes;
    }

    private static int Simple(byte escaped, ByteBuffer into)
    {
        into.Append(Unescaped(escaped));
        return 2;
    }

    private static byte Unescaped(byte escaped) => escaped switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'t' => (byte)'\t',
        (byte)'r' => (byte)'\r',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => escaped,
    };

    private static int Unicode(ReadOnlySpan<byte> text, ByteBuffer into)
    {
        var used = 6;
        var high = Unit(text[2..]);
        var rune = Rune.ReplacementChar;
        if (char.IsHighSurrogate(high) && text.Length >= 12 && text[6] == '\\' && text[7] == 'u' && Rune.TryCreate(high, Unit(text[8..]), out var pair))
        {
            rune = pair;
            used = 12;
        }
        else if (Rune.TryCreate(high, out var single))
        {
            rune = single;
        }
        into.Commit(rune.EncodeToUtf8(into.Reserve(4)));
        return used;
    }

    private static char Unit(ReadOnlySpan<byte> hex)
    {
        var value = 0;
        for (var i = 0; i < 4; i++)
            value = value << 4 | (hex[i] <= '9' ? hex[i] - '0' : (hex[i] | 0x20) - 'a' + 10);
        return (char)value;
    }
}
