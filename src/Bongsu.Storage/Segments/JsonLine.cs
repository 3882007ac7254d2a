using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Splits a line that is one JSON object into its template (the line with a hole byte for each value) and its values, so that template and values
/// together give the line back byte for byte. Anything that is not plainly valid JSON is refused: it stays a line. Reused from line to line; not thread-safe.
/// </summary>
internal sealed class JsonLine
{
    // Control bytes never stand in JSON unescaped, so no literal byte is taken for a hole.
    public const byte TextHole = 1;
    public const byte LiteralHole = 2;
    public const byte ArrayHole = 3;

    public const int MaxHoles = 100;
    private const int MaxDepth = 16;
    private const int MaxTemplateBytes = 8192;

    private static readonly SearchValues<byte> s_stringEnds = SearchValues.Create([(byte)'"', (byte)'\\', .. ControlBytes()]);

    private readonly ByteWriter _template = new(512);
    private readonly List<(int Start, int Length)> _values = [];
    private int _copied;

    public ReadOnlySpan<byte> Template => _template.Written;

    /// <summary>Where the values of the holes stand in the line, in their order.</summary>
    public List<(int Start, int Length)> Values => _values;

    // Hot path: 0 B/op after warm-up (see JsonColumnsBenchmark, AllocationTests)
    public bool TrySplit(ReadOnlySpan<byte> line)
    {
        _template.Clear();
        _values.Clear();
        _copied = 0;
        var at = 0;
        SkipSpace(line, ref at);
        if (at >= line.Length || line[at] != '{' || !TryObject(line, ref at, 0))
            return false;
        SkipSpace(line, ref at);
        if (at != line.Length)
            return false;
        _template.PutBytes(line[_copied..]);
        return _values.Count is > 0 and <= MaxHoles && _template.Length <= MaxTemplateBytes;
    }

    /// <summary>As <see cref="TrySplit"/>, for a line of the template that is given with the places of its holes; false for any other, and for one with lists.</summary>
    public bool TrySplitAs(ReadOnlySpan<byte> template, ReadOnlySpan<int> holes, ReadOnlySpan<byte> line)
    {
        _values.Clear();
        var (at, from) = (0, 0);
        foreach (var hole in holes)
        {
            if (!line[at..].StartsWith(template[from..hole]))
                return false;
            var start = at += hole - from;
            if (template[hole] == ArrayHole || !(template[hole] == TextHole ? TrySkipText(line, ref at) : TrySkipLiteral(line, ref at)))
                return false;
            _values.Add((start, at - start));
            from = hole + 1;
        }
        return line[at..].SequenceEqual(template[from..]);
    }

    private bool TryObject(ReadOnlySpan<byte> line, ref int at, int depth)
    {
        if (depth >= MaxDepth)
            return false;
        at++;
        SkipSpace(line, ref at);
        if (at < line.Length && line[at] == '}')
        {
            at++;
            return true;
        }
        while (TryKey(line, ref at) && TryMember(line, ref at, depth))
        {
            SkipSpace(line, ref at);
            if (at >= line.Length)
                return false;
            if (line[at++] == '}')
                return true;
            if (line[at - 1] != ',')
                return false;
            SkipSpace(line, ref at);
        }
        return false;
    }

    // Keys that need unescaping or renaming beyond single bytes are left to the reader of lines.
    private static bool TryKey(ReadOnlySpan<byte> line, ref int at)
    {
        if (at >= line.Length || line[at] != '"')
            return false;
        var start = ++at;
        while (at < line.Length && line[at] is > 0x20 and < 0x7f and not ((byte)'"' or (byte)'\\'))
            at++;
        if (at >= line.Length || line[at] != '"' || at == start)
            return false;
        at++;
        SkipSpace(line, ref at);
        return at < line.Length && line[at++] == ':';
    }

    private bool TryMember(ReadOnlySpan<byte> line, ref int at, int depth)
    {
        SkipSpace(line, ref at);
        if (at >= line.Length)
            return false;
        var start = at;
        switch (line[at])
        {
            case (byte)'"':
                if (!TrySkipString(line, ref at))
                    return false;
                Hole(line, TextHole, start + 1, at - 1);
                return true;
            case (byte)'{':
                return TryObject(line, ref at, depth + 1);
            case (byte)'[':
                if (!TrySkipValue(line, ref at, depth + 1))
                    return false;
                Hole(line, ArrayHole, start, at);
                return true;
            default:
                if (!TrySkipLiteral(line, ref at))
                    return false;
                Hole(line, LiteralHole, start, at);
                return true;
        }
    }

    private void Hole(ReadOnlySpan<byte> line, byte kind, int start, int end)
    {
        _template.PutBytes(line[_copied..start]);
        _template.PutByte(kind);
        _values.Add((start, end - start));
        _copied = end;
    }

    // Within arrays: checked, not taken apart.
    private static bool TrySkipValue(ReadOnlySpan<byte> line, ref int at, int depth)
    {
        SkipSpace(line, ref at);
        if (at >= line.Length || depth >= MaxDepth)
            return false;
        if (line[at] == '"')
            return TrySkipString(line, ref at);
        if (line[at] is not ((byte)'{' or (byte)'['))
            return TrySkipLiteral(line, ref at);
        var isObject = line[at] == '{';
        var close = (byte)(isObject ? '}' : ']');
        at++;
        SkipSpace(line, ref at);
        if (at < line.Length && line[at] == close)
        {
            at++;
            return true;
        }
        while ((!isObject || TryKey(line, ref at)) && TrySkipValue(line, ref at, depth + 1))
        {
            SkipSpace(line, ref at);
            if (at >= line.Length)
                return false;
            if (line[at++] == close)
                return true;
            if (line[at - 1] != ',')
                return false;
            SkipSpace(line, ref at);
        }
        return false;
    }

    private static bool TrySkipString(ReadOnlySpan<byte> line, ref int at)
    {
        at++;
        if (!TrySkipText(line, ref at))
            return false;
        at++;
        return true;
    }

    // Up to the closing quote.
    private static bool TrySkipText(ReadOnlySpan<byte> line, ref int at)
    {
        // Fast path: a short text.
        if (at + Vector256<byte>.Count <= line.Length)
        {
            var bytes = Vector256.Create(line[at..]);
            var stops = (Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
                | Vector256.LessThan(bytes, Vector256.Create((byte)' '))).ExtractMostSignificantBits();
            at += stops == 0 ? Vector256<byte>.Count : BitOperations.TrailingZeroCount(stops);
            if (stops != 0 && line[at] == '"')
                return true;
        }
        while (true)
        {
            var next = line[at..].IndexOfAny(s_stringEnds);
            if (next < 0)
                return false;
            at += next;
            if (line[at] == '"')
                return true;
            if (line[at] != '\\' || !TrySkipEscape(line, ref at))
                return false;
        }
    }

    private static bool TrySkipEscape(ReadOnlySpan<byte> line, ref int at)
    {
        if (at + 1 >= line.Length)
            return false;
        if (line[at + 1] == 'u')
        {
            for (var i = at + 2; i < at + 6; i++)
            {
                if (i >= line.Length || !char.IsAsciiHexDigit((char)line[i]))
                    return false;
            }
            at += 6;
            return true;
        }
        var isKnown = line[at + 1] is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t';
        at += 2;
        return isKnown;
    }

    private static bool TrySkipLiteral(ReadOnlySpan<byte> line, ref int at)
    {
        var start = at;
        while (at < line.Length && (char.IsAsciiLetterOrDigit((char)line[at]) || line[at] is (byte)'-' or (byte)'+' or (byte)'.'))
            at++;
        var text = line[start..at];
        return text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8) || text.SequenceEqual("null"u8) || IsNumber(text);
    }

    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var at = 0;
        if (at < text.Length && text[at] == '-')
            at++;
        var start = at;
        SkipDigits(text, ref at);
        if (at == start || (text[start] == '0' && at > start + 1))
            return false;
        if (at < text.Length && text[at] == '.')
        {
            start = ++at;
            SkipDigits(text, ref at);
            if (at == start)
                return false;
        }
        if (at < text.Length && (text[at] | 0x20) == 'e')
        {
            at++;
            if (at < text.Length && text[at] is (byte)'+' or (byte)'-')
                at++;
            start = at;
            SkipDigits(text, ref at);
            if (at == start)
                return false;
        }
        return at == text.Length;
    }

    private static void SkipDigits(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length && (uint)(text[at] - '0') <= 9)
            at++;
    }

    private static void SkipSpace(ReadOnlySpan<byte> line, ref int at)
    {
        while (at < line.Length && line[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            at++;
    }

    private static byte[] ControlBytes()
    {
        var bytes = new byte[32];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)i;
        return bytes;
    }
}
