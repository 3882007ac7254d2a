namespace Bongsu.Response.Configuration;

/// <summary>One thing wrong with a configuration file: where it stands, what is wrong and how to put it right.</summary>
/// <param name="File">Path relative to the configuration folder.</param>
/// <param name="Line">From 1; 0 when the problem is the file itself.</param>
/// <param name="Key">Path of the key, such as <c>slos[2].objective</c>; empty when the problem is the file itself.</param>
public sealed record ConfigProblem(string File, int Line, string Key, string Message, string Fix)
{
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}" : File;
        var key = Key.Length > 0 ? $" {Key}:" : "";
        return $"{place}:{key} {Message}{(Fix.Length > 0 ? "; " + Fix : "")}";
    }
}
