using System.Text;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>Finds a text that everything which matches an expression contains, so that most lines need no expression. Pure.</summary>
internal static class RegexLiteral
{
    private const string Special = "\\.+*?()|[]{}^$";

    /// <summary>
    /// The longest run of plain characters outside of groups; empty when there is none, or when the expression has an alternative outside of groups or
    /// any flags (which may make case meaningless).
    /// </summary>
    public static string Of(string expression)
    {
        if (expression.Contains("(?", StringComparison.Ordinal) || HasAlternative(expression))
            return "";
        var (longest, run) = ("", new StringBuilder());
        for (var i = 0; i < expression.Length;)
        {
            var (length, plain) = Piece(expression, i);
            i += length;
            var isRepeated = i < expression.Length && expression[i] is '*' or '?' or '{' or '+';
            if (plain is { } c && !isRepeated)
            {
                run.Append(c);
                continue;
            }
            longest = Longer(longest, run);
            run.Clear();
            if (isRepeated)
                i += expression[i] == '{' ? Math.Max(1, expression.IndexOf('}', i) - i + 1) : 1;
        }
        return Longer(longest, run);
    }

    private static string Longer(string longest, StringBuilder run) => run.Length > longest.Length ? run.ToString() : longest;

    // How long the piece at a place is, and the character that it stands for when it is one.
    private static (int Length, char? Plain) Piece(string expression, int at)
    {
        switch (expression[at])
        {
            case '\\' when at + 1 < expression.Length && Special.Contains(expression[at + 1]):
                return (2, expression[at + 1]);
            case '\\':
                // Why the rest: what an escape like \x{…} or \Q covers is not worth knowing here.
                return (at + 1 < expression.Length && expression[at + 1] is 'd' or 'w' or 's' or 'D' or 'W' or 'S' or 'b' or 'B' or 'A' or 'z' ? 2 : expression.Length - at, null);
            case '(':
                return (GroupLength(expression, at), null);
            case '[':
                return (ClassLength(expression, at), null);
            case var c when Special.Contains(c) || char.IsSurrogate(c):
                return (1, null);
            case var c:
                return (1, c);
        }
    }

    private static int GroupLength(string expression, int at)
    {
        var depth = 0;
        for (var i = at; i < expression.Length; i++)
        {
            if (expression[i] == '\\')
                i++;
            else if (expression[i] == '[')
                i += ClassLength(expression, i) - 1;
            else if (expression[i] == '(')
                depth++;
            else if (expression[i] == ')' && --depth == 0)
                return i - at + 1;
        }
        return expression.Length - at;
    }

    private static int ClassLength(string expression, int at)
    {
        var i = at + 1;
        if (i < expression.Length && expression[i] == '^')
            i++;
        for (var first = true; i < expression.Length && (expression[i] != ']' || first); first = false)
        {
            if (expression[i] == '[' && i + 1 < expression.Length && expression[i + 1] == ':' && expression.IndexOf(":]", i, StringComparison.Ordinal) is var end and > 0)
                i = end + 1;
            i += expression[i] == '\\' ? 2 : 1;
        }
        return Math.Min(i + 1, expression.Length) - at;
    }

    private static bool HasAlternative(string expression)
    {
        for (var i = 0; i < expression.Length;)
        {
            if (expression[i] == '|')
                return true;
            // \Q may hide anything behind it.
            if (expression[i] == '\\' && i + 1 < expression.Length && expression[i + 1] == 'Q')
                return true;
            i += expression[i] switch { '\\' => 2, '(' => GroupLength(expression, i), '[' => ClassLength(expression, i), _ => 1 };
        }
        return false;
    }
}
