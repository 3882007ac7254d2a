using Bongsu.Ingest.Decode;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>Templates as text and back: <see cref="LogPatternSeries.Placeholder"/> for what varies, two spaces for white space that is not one space.</summary>
internal static class PatternTemplate
{
    private static ReadOnlySpan<byte> Placeholder => "<_>"u8;

    public static void Write(ReadOnlySpan<LineToken> tokens, ReadOnlySpan<byte> text, ByteBuffer into)
    {
        foreach (ref readonly var token in tokens)
        {
            if (token.Gap != TokenGap.None)
                into.Append(token.Gap == TokenGap.Space ? " "u8 : "  "u8);
            into.Append(token.IsWildcard ? Placeholder : text.Slice(token.Start, token.Length));
        }
    }

    /// <summary>The tokens of a template that <see cref="Write"/> has written; null when it has too many, so that it is none of ours.</summary>
    public static LineToken[]? Parse(ReadOnlySpan<byte> template)
    {
        var tokens = new List<LineToken>();
        var at = 0;
        while (at < template.Length)
        {
            var start = at;
            while (at < template.Length && template[at] == ' ')
                at++;
            var gap = (at - start) switch { 0 => TokenGap.None, 1 => TokenGap.Space, _ => TokenGap.Other };
            var length = TokenLength(template[at..]);
            if (length == 0 || tokens.Count > LineTokens.MaxTokens)
                return null;
            var token = template.Slice(at, length);
            tokens.Add(token.SequenceEqual(Placeholder) ? LineToken.Wildcard(gap)
                : new LineToken(LineTokens.IsDelimiterByte(token[0]) ? token[0] : LineTokens.KeyOf(token), at, length, gap));
            at += length;
        }
        return [.. tokens];
    }

    private static int TokenLength(ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith(Placeholder))
            return Placeholder.Length;
        if (rest.IsEmpty || LineTokens.IsDelimiterByte(rest[0]))
            return rest.IsEmpty ? 0 : 1;
        var length = 0;
        while (length < rest.Length && LineTokens.IsWordByte(rest[length]))
            length++;
        return length;
    }
}
