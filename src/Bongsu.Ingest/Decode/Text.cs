using System.Text;
using System.Text.Unicode;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Decode;

/// <summary>Text from outside: valid UTF-8 is copied, anything else is repaired with U+FFFD.</summary>
internal static class Text
{
    private const int PreviewBytes = 60;

    /// <summary>Appends text to an arena; invalid UTF-8 is replaced and counted in <paramref name="repaired"/>.</summary>
    public static Slice Append(ByteArena arena, ReadOnlySpan<byte> text, ref int repaired)
    {
        if (Utf8.IsValid(text))
            return arena.Append(text);
        repaired++;
        return arena.Append(Encoding.UTF8.GetString(text));
    }

    /// <summary>The text, or as much of it as whole characters fit into a limit.</summary>
    public static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text, int maxBytes)
    {
        if (text.Length <= maxBytes)
            return text;
        var length = maxBytes;
        // Continuation bytes are 10xxxxxx: step back to the start of the character that would be split.
        while (length > 0 && (text[length] & 0xC0) == 0x80)
            length--;
        return text[..length];
    }

    /// <summary>The start of a text, for messages.</summary>
    public static string Preview(ReadOnlySpan<byte> text)
    {
        var shown = Encoding.UTF8.GetString(Cut(text, PreviewBytes));
        return text.Length > PreviewBytes ? shown + "…" : shown;
    }
}
