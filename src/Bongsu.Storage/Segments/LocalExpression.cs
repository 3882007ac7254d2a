namespace Bongsu.Storage.Segments;

/// <summary>
/// Tells the expressions that find nothing across the quotes of a JSON line, so that they may be tried on each value by itself: nothing in them can be a quote, or
/// the beginning or the end of a line. What is not plainly one is none.
/// </summary>
internal static class LocalExpression
{
    public static bool Is(string expression)
    {
        for (var at = 0; at < expression.Length; at++)
        {
            var isLocal = expression[at] switch
            {
                '\\' => TryEscape(expression, ref at),
                '[' => TryClass(expression, ref at),
                '(' => !expression.AsSpan(at).StartsWith("(?") || expression.AsSpan(at).StartsWith("(?:"),
                '.' or '^' or '$' or '"' => false,
                var c => c >= ' ',
            };
            if (!isLocal)
                return false;
        }
        return true;
    }

    // Digits, word bytes, spaces and what stands between words; or a sign that stands for itself.
    private static bool TryEscape(string expression, ref int at)
    {
        at++;
        return at < expression.Length && (expression[at] is 'd' or 'w' or 's' or 'b' or 'B' || (char.IsAscii(expression[at]) && char.IsPunctuation(expression[at]) && expression[at] != '"'));
    }

    private static bool TryClass(string expression, ref int at)
    {
        at++;
        if (at < expression.Length && expression[at] is '^' or ']')
            return false;
        for (; at < expression.Length && expression[at] != ']'; at++)
        {
            if (expression[at] is '[' or '"' or < ' ')
                return false;
            if (expression[at] == '\\')
            {
                if (!TryEscape(expression, ref at))
                    return false;
            }
            else if (at + 2 < expression.Length && expression[at + 1] == '-' && expression[at + 2] != ']')
            {
                // A range that begins behind the quote has none in it.
                if (expression[at] <= '"' || expression[at + 2] == '\\')
                    return false;
                at += 2;
            }
        }
        return at < expression.Length;
    }
}
