using System.Text;

namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>Cuts a condition into words.</summary>
internal static class OttlLexer
{
    public static List<OttlToken> Read(string text)
    {
        var tokens = new List<OttlToken>();
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }
            var start = at;
            if (text[at] == '"')
                tokens.Add(new OttlToken('s', Quoted(text, ref at), start + 1));
            else
                tokens.Add(Plain(text, ref at));
        }
        tokens.Add(new OttlToken('e', "", text.Length + 1));
        return tokens;
    }

    private static OttlToken Plain(string text, ref int at)
    {
        var start = at;
        var first = text[at];
        if (char.IsAsciiLetter(first) || first == '_')
        {
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
                at++;
            return new OttlToken('i', text[start..at], start + 1);
        }
        if (char.IsAsciiDigit(first))
        {
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '.' || (text[at] is '+' or '-' && text[at - 1] is 'e' or 'E')))
                at++;
            return new OttlToken('n', text[start..at], start + 1);
        }
        var two = at + 1 < text.Length ? text.Substring(at, 2) : "";
        if (two is "==" or "!=" or "<=" or ">=")
        {
            at += 2;
            return new OttlToken('c', two, start + 1);
        }
        if (first is '<' or '>')
        {
            at++;
            return new OttlToken('c', first.ToString(), start + 1);
        }
        if ("()[].,+-*/".Contains(first, StringComparison.Ordinal))
        {
            at++;
            return new OttlToken(first, first.ToString(), start + 1);
        }
        throw new OttlException(start + 1, $"'{first}' is not understood");
    }

    private static string Quoted(string text, ref int at)
    {
        var start = at;
        var content = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                at++;
                return content.ToString();
            }
            if (text[at] != '\\')
            {
                content.Append(text[at]);
                continue;
            }
            if (++at == text.Length)
                break;
            content.Append(text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '"' => '"', '\\' => '\\', var other => throw new OttlException(at, $"\\{other} is not an escape; write \\\\ for a backslash") });
        }
        throw new OttlException(start + 1, "the text is not closed");
    }
}
