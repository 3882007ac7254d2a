using System.Text;

namespace Bongsu.Ingest.Decode.Exposition;

/// <summary>Names and escapes of the text formats. Pure.</summary>
internal static class ExpositionText
{
    /// <summary>How many bytes from the start make up a metric name as it may be written without quotes; 0 for none.</summary>
    public static int NameLength(ReadOnlySpan<byte> text, bool mayHaveColon)
    {
        var at = 0;
        while (at < text.Length && (IsNameByte(text[at], mayHaveColon) || (at > 0 && (uint)(text[at] - '0') <= 9)))
            at++;
        return at;
    }

    /// <summary>Where the quoted text that begins at a quote ends, the closing quote included; -1 when it does not.</summary>
    public static int QuotedLength(ReadOnlySpan<byte> text)
    {
        var at = 1;
        while (true)
        {
            var next = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
                return -1;
            at += next;
            if (text[at] == '"')
                return at + 1;
            at += 2;
            if (at > text.Length)
                return -1;
        }
    }

    /// <summary>Appends a text with \\, \n and, where it was quoted, \" resolved; any other backslash stands for itself, as in Prometheus.</summary>
    public static void Unescape(ReadOnlySpan<byte> text, bool isQuoted, ByteBuffer into)
    {
        while (true)
        {
            var slash = text.IndexOf((byte)'\\');
            if (slash < 0 || slash + 1 >= text.Length)
            {
                into.Append(text);
                return;
            }
            into.Append(text[..slash]);
            switch (text[slash + 1])
            {
                case (byte)'n': into.Append((byte)'\n'); break;
                case (byte)'\\': into.Append((byte)'\\'); break;
                case (byte)'"' when isQuoted: into.Append((byte)'"'); break;
                default: into.Append(text.Slice(slash, 2)); break;
            }
            text = text[(slash + 2)..];
        }
    }

    /// <summary>As <see cref="Unescape(ReadOnlySpan{byte}, bool, ByteBuffer)"/>, as a string; what is not UTF-8 is repaired.</summary>
    public static string Unescape(ReadOnlySpan<byte> text, bool isQuoted)
    {
        if (!text.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(text);
        var buffer = new ByteBuffer();
        Unescape(text, isQuoted, buffer);
        return Encoding.UTF8.GetString(buffer.Span);
    }

    private static bool IsNameByte(byte c, bool mayHaveColon) => (uint)((c | 0x20) - 'a') <= 'z' - 'a' || c == '_' || (c == ':' && mayHaveColon);
}
