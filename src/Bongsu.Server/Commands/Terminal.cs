using System.Buffers;
using System.Text;

namespace Bongsu.Server.Commands;

/// <summary>What is known of the screen that a command writes to.</summary>
/// <param name="Width">Columns; 0: not a terminal, so that lines are left whole.</param>
/// <param name="HasColour">Whether colours may be used.</param>
internal sealed record Terminal(int Width, bool HasColour)
{
    private const int LeastWidth = 40;
    private const int DefaultWidth = 80;

    private static readonly SearchValues<char> s_turning = SearchValues.Create("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069");

    public static Terminal Of(Func<string, string?> environment)
    {
        if (Console.IsOutputRedirected)
            return new Terminal(0, false);
        int width;
        try
        {
            width = Console.WindowWidth;
        }
        catch (IOException)
        {
            width = DefaultWidth;
        }
        var isPlain = !string.IsNullOrEmpty(environment("NO_COLOR")) || environment("TERM") == "dumb";
        return new Terminal(width < LeastWidth ? DefaultWidth : width, !isPlain);
    }

    public string Red(string text) => Coloured(text, 31);

    public string Yellow(string text) => Coloured(text, 33);

    public string Dim(string text) => Coloured(text, 2);

    public string Bold(string text) => Coloured(text, 1);

    /// <summary>
    /// Text from outside without what would command the terminal: control characters are shown as what they are, and so are those that turn the direction
    /// of what follows, which would show a line in another order than it was written. Tabs become spaces.
    /// </summary>
    public static string Safe(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f') && !text.AsSpan().ContainsAny(s_turning))
            return text;
        var safe = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (c == '\n')
                safe.Append(c);
            else if (c == '\t')
                safe.Append("    ");
            else if (c < ' ')
                safe.Append((char)('\u2400' + c));
            else
                safe.Append(c is >= '\x7f' and <= '\x9f' || s_turning.Contains(c) ? '\ufffd' : c);
        }
        return safe.ToString();
    }

    private string Coloured(string text, int code) => HasColour ? $"\x1b[{code}m{text}\x1b[0m" : text;
}
