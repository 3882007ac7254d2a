using System.Text;
using System.Text.Json;

namespace Bongsu.Ingest.Decode;

/// <summary>Strings of JSON as UTF-8 bytes. Escapes that name half a character become U+FFFD; the framework's reader would throw.</summary>
internal static class JsonText
{
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

    private static int Simple(byte escaped, ByteBuffer into)
    {
        into.Append(escaped switch { (byte)'n' => (byte)'\n', (byte)'t' => (byte)'\t', (byte)'r' => (byte)'\r', (byte)'b' => (byte)'\b', (byte)'f' => (byte)'\f', _ => escaped });
        return 2;
    }

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
