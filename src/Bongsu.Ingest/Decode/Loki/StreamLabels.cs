namespace Bongsu.Ingest.Decode.Loki;

/// <summary>Parses the text form of stream labels, <c>{app="x", env="y"}</c>, with the escapes of a Go string.</summary>
internal static class StreamLabels
{
    /// <summary>Adds the labels to the buffer; false puts in words what is wrong and where.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, int maxLabels, LabelBuffer into, ByteBuffer scratch, out string? fault)
    {
        // More labels than may be are not even collected: there can be millions of them in one request.
        fault = null;
        var at = 0;
        SkipSpace(text, ref at);
        if (!Take(text, ref at, (byte)'{'))
            return Wrong("'{' expected", at, out fault);
        SkipSpace(text, ref at);
        while (at < text.Length && text[at] != '}')
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit((char)text[at]) || text[at] is (byte)'_' or (byte)'.' or (byte)':' or (byte)'-' or (byte)'/'))
                at++;
            var name = text[start..at];
            if (name.IsEmpty)
                return Wrong("label name expected", at, out fault);
            SkipSpace(text, ref at);
            if (!Take(text, ref at, (byte)'='))
                return Wrong("'=' expected", at, out fault);
            SkipSpace(text, ref at);
            scratch.Clear();
            if (!TryQuoted(text, ref at, scratch))
                return Wrong("quoted label value expected", at, out fault);
            if (into.Count == maxLabels)
                return Wrong($"more labels than the limit of {maxLabels}", at, out fault);
            into.Add(name, scratch.Span);
            SkipSpace(text, ref at);
            if (!Take(text, ref at, (byte)','))
                break;
            SkipSpace(text, ref at);
        }
        if (!Take(text, ref at, (byte)'}'))
            return Wrong("',' or '}' expected", at, out fault);
        SkipSpace(text, ref at);
        return at == text.Length || Wrong("end expected", at, out fault);
    }

    private static bool TryQuoted(ReadOnlySpan<byte> text, ref int at, ByteBuffer into)
    {
        if (at >= text.Length || text[at] is not ((byte)'"' or (byte)'`'))
            return false;
        var quote = text[at++];
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] != '\\' || quote == '`')
                into.Append(text[at++]);
            else if (!TryEscape(text, ref at, into))
                return false;
        }
        return Take(text, ref at, quote);
    }

    private static bool TryEscape(ReadOnlySpan<byte> text, ref int at, ByteBuffer into)
    {
        if (at + 1 >= text.Length)
            return false;
        var escaped = text[at + 1];
        at += 2;
        switch (escaped)
        {
            case (byte)'n': into.Append((byte)'\n'); return true;
            case (byte)'t': into.Append((byte)'\t'); return true;
            case (byte)'r': into.Append((byte)'\r'); return true;
            case (byte)'x': return TryCode(text, ref at, 2, isByte: true, into);
            case (byte)'u': return TryCode(text, ref at, 4, isByte: false, into);
            case (byte)'U': return TryCode(text, ref at, 8, isByte: false, into);
            case (byte)'\\' or (byte)'"' or (byte)'\'': into.Append(escaped); return true;
            default: return false;
        }
    }

    private static bool TryCode(ReadOnlySpan<byte> text, ref int at, int digits, bool isByte, ByteBuffer into)
    {
        if (text.Length - at < digits || !System.Buffers.Text.Utf8Parser.TryParse(text.Slice(at, digits), out uint code, out var used, 'x') || used != digits)
            return false;
        at += digits;
        if (isByte)
            into.Append((byte)code);
        else if (System.Text.Rune.TryCreate(code, out var rune))
            into.Commit(rune.EncodeToUtf8(into.Reserve(4)));
        else
            return false;
        return true;
    }

    private static void SkipSpace(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            at++;
    }

    private static bool Take(ReadOnlySpan<byte> text, ref int at, byte wanted)
    {
        if (at >= text.Length || text[at] != wanted)
            return false;
        at++;
        return true;
    }

    private static bool Wrong(string what, int at, out string? fault)
    {
        fault = $"{what} at byte {at}";
        return false;
    }
}
