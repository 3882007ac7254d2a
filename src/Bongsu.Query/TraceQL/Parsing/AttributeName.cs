using System.Text;

namespace Bongsu.Query.TraceQL.Parsing;

/// <summary>Attribute names as queries write them. Pure.</summary>
internal static class AttributeName
{
    /// <summary>Whether a character ends a name that is not in quotes.</summary>
    public static bool Ends(char c) => char.IsWhiteSpace(c) || c is '{' or '}' or '(' or ')' or '=' or '~' or '!' or '<' or '>' or '&' or '|' or '^' or ',';

    /// <summary>The name as it is, or in quotes when it could not be read back otherwise.</summary>
    public static string Quote(string name)
    {
        var isPlain = name.Length > 0;
        foreach (var c in name)
            isPlain &= !Ends(c) && c is not ('"' or '\\');
        if (isPlain)
            return name;
        var quoted = new StringBuilder("\"");
        foreach (var c in name)
        {
            if (c is '"' or '\\')
                quoted.Append('\\');
            quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }
}
