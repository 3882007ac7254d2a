namespace Bongsu.Query.LogQL.Stages;

/// <summary>Turns any text into a label name as Loki does. Pure.</summary>
internal static class LabelNaming
{
    /// <summary>Blanks around are cut, a leading digit gets an underscore before it, anything but letters, digits and underscores becomes one.</summary>
    public static string Sanitize(string key)
    {
        key = key.Trim();
        var clean = key.Length == 0 || !char.IsAsciiDigit(key[0]);
        for (var i = 0; clean && i < key.Length; i++)
            clean = IsNameChar(key[i]);
        if (clean)
            return key;
        var name = new System.Text.StringBuilder(key.Length + 1);
        if (char.IsAsciiDigit(key[0]))
            name.Append('_');
        foreach (var rune in key.EnumerateRunes())
            name.Append(rune.IsAscii && IsNameChar((char)rune.Value) ? (char)rune.Value : '_');
        return name.ToString();
    }

    public static bool IsName(string text) => text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(IsNameChar);

    private static bool IsNameChar(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
