using System.Buffers;
using System.Globalization;
using System.Text;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>The bytes of a line in the form that the framework's JSON reader takes. Pure.</summary>
internal static class JsonLine
{
    [ThreadStatic]
    private static byte[]? s_buffer;

    /// <summary>
    /// The line and a blank behind it, which ends a number where the line is cut off; control characters inside of texts, which JSON forbids and logs
    /// have all the same, are escaped. Valid until the next call on the thread.
    /// </summary>
    public static ReadOnlySpan<byte> Bytes(LineState line)
    {
        var utf8 = line.Utf8;
        if (s_buffer is null || s_buffer.Length < utf8.Length + 1)
            s_buffer = new byte[Math.Max(1024, utf8.Length * 2)];
        utf8.CopyTo(s_buffer);
        s_buffer[utf8.Length] = (byte)' ';
        return utf8.IndexOfAnyInRange((byte)0, (byte)0x1f) < 0 ? s_buffer.AsSpan(0, utf8.Length + 1) : Escaped(utf8);
    }

    private static byte[] Escaped(ReadOnlySpan<byte> utf8)
    {
        var escaped = new ArrayBufferWriter<byte>(utf8.Length + 64);
        var inText = false;
        for (var i = 0; i < utf8.Length; i++)
        {
            var c = utf8[i];
            if (inText && c < 0x20)
            {
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"), escaped);
                continue;
            }
            if (c == '"')
                inText = !inText;
            else if (inText && c == '\\' && i + 1 < utf8.Length && utf8[i + 1] >= 0x20)
                escaped.Write(utf8.Slice(i++, 1));
            escaped.Write(utf8.Slice(i, 1));
        }
        escaped.Write(" "u8);
        return escaped.WrittenSpan.ToArray();
    }
}
