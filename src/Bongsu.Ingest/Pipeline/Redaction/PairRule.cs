namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>
/// Secrets by name in running text: <c>password=x</c>, <c>"token": "x"</c>, <c>Authorization: Bearer x</c>, <c>?api_key=x&amp;…</c>, in JSON and in
/// JSON within a JSON string.
/// </summary>
internal static class PairRule
{
    // Property names of several namespaces reach 200 bytes; a longer run is no name.
    private const int MaxKeyRunBytes = 256;
    private const int ShortName = 3;

    /// <summary>The text stands on '=' or ':'. Nothing before <paramref name="from"/> is looked at.</summary>
    public static bool TryMatch(ReadOnlySpan<byte> text, int at, int from, SensitiveKeys keys, out Hit hit)
    {
        hit = default;
        var end = at;
        while (end > from && end > at - 3 && text[end - 1] == ' ')
            end--;
        var quote = Quote.None;
        if (end > from && text[end - 1] is (byte)'"' or (byte)'\'')
        {
            end--;
            quote = Quote.Plain;
            if (end > from && text[end - 1] == '\\')
            {
                end--;
                quote = Quote.Escaped;
            }
        }
        if (end == from || !keys.MayEnd(text[from..end]))
            return false;
        var start = end;
        while (start > from && end - start < MaxKeyRunBytes && IsKeyByte(text[start - 1]))
            start--;
        var finding = keys.Match(text[start..end]);
        return finding != Finding.None && IsKey(text, start, end, from) && Value(text, at, quote, finding, out hit);
    }

    /// <summary>
    /// Whether a key stands here by itself. In base64 and the like every name of three letters turns up sooner or later, so one must be a word: after a
    /// separator or a capital of its own (<c>DB_PWD</c>, <c>dbPwd</c>, not <c>xPWD</c>), in a key that begins where keys do.
    /// </summary>
    private static bool IsKey(ReadOnlySpan<byte> text, int start, int end, int from)
    {
        var key = text[start..end];
        if (key.Length < ShortName || !(EndsWithIgnoreCase(key, "pwd"u8) || EndsWithIgnoreCase(key, "jwt"u8)))
            return true;
        if (start > from && !IsBoundary(text[start - 1]))
            return false;
        return key.Length == ShortName || IsSeparator(key[^4]) || (IsUpper(key[^3]) && !IsUpper(key[^4]) && !IsUpper(key[^2]) && !IsUpper(key[^1]));
    }

    private static bool IsBoundary(byte b) => b <= (byte)' ' || b >= 0x80
        || b is (byte)'"' or (byte)'\'' or (byte)'{' or (byte)'[' or (byte)'(' or (byte)',' or (byte)';' or (byte)'&' or (byte)'?' or (byte)'$' or (byte)'\\';

    private static bool IsSeparator(byte b) => b is (byte)'-' or (byte)'_' or (byte)'.';

    private static bool IsUpper(byte b) => b is >= (byte)'A' and <= (byte)'Z';

    private static bool EndsWithIgnoreCase(ReadOnlySpan<byte> key, ReadOnlySpan<byte> lower) => System.Text.Ascii.EqualsIgnoreCase(key[^lower.Length..], lower);

    private static bool Value(ReadOnlySpan<byte> text, int at, Quote keyQuote, Finding finding, out Hit hit)
    {
        hit = default;
        var start = at + 1;
        if (start < text.Length && text[start] is (byte)'=' or (byte)'>')
            start++;
        while (start < text.Length && text[start] == ' ')
            start++;
        if (start >= text.Length || text[start..].StartsWith("//"u8))
            return false;
        if (text[start..].StartsWith("\\\""u8))
            return Quoted(text, start + 2, "\\\""u8, finding, out hit);
        if (text[start] is (byte)'"' or (byte)'\'')
            return Quoted(text, start + 1, text.Slice(start, 1), finding, out hit);
        // A list or an object is looked into by itself; what stands as "[redacted:…]" was clean before.
        if (text[start] is (byte)'[' or (byte)'{')
            return false;
        var end = BareEnd(text, start, finding);
        var value = text[start..end];
        if (value.IsEmpty || IsLiteral(value))
            return false;
        hit = new Hit(start, end, finding, keyQuote);
        return true;
    }

    private static bool Quoted(ReadOnlySpan<byte> text, int start, ReadOnlySpan<byte> close, Finding finding, out Hit hit)
    {
        var end = start;
        while (end < text.Length && !text[end..].StartsWith(close))
            end += close.Length == 1 && text[end] == '\\' ? 2 : 1;
        end = Math.Min(end, text.Length);
        hit = new Hit(start, end, finding);
        return end > start && !text[start..end].StartsWith("[redacted:"u8);
    }

    /// <summary>Headers go on to the end of their line; other values to the next byte that no secret is written with unquoted.</summary>
    private static int BareEnd(ReadOnlySpan<byte> text, int start, Finding finding)
    {
        var end = start;
        var isLine = finding is Finding.Authorization or Finding.Cookie;
        while (end < text.Length && text[end] is not ((byte)'\n' or (byte)'\r' or (byte)'"' or (byte)'\'' or (byte)'}' or (byte)']')
            && (isLine || text[end] is not ((byte)' ' or (byte)'\t' or (byte)',' or (byte)';' or (byte)'&' or (byte)')' or (byte)'<' or (byte)'\\')))
            end++;
        return end;
    }

    private static bool IsLiteral(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("null"u8) || value.SequenceEqual("true"u8) || value.SequenceEqual("false"u8) || value.SequenceEqual("none"u8) || value.SequenceEqual("None"u8);

    private static bool IsKeyByte(byte b) => NumberRules.IsWord(b) || b is (byte)'-' or (byte)'.';
}
