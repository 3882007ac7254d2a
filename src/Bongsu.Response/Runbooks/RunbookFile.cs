using Bongsu.Response.Configuration;

namespace Bongsu.Response.Runbooks;

/// <summary>Reads <c>runbooks/*.md</c>.</summary>
internal static class RunbookFile
{
    public const int MaxLength = 256 * 1024;

    public static Runbook? Parse(string file, string text, List<ConfigProblem> problems)
    {
        if (text.Length > MaxLength)
        {
            problems.Add(new ConfigProblem(file, 0, "", $"{text.Length} characters; the limit is {MaxLength}", "shorten it: it is read at 3 am"));
            return null;
        }
        var name = Path.GetFileNameWithoutExtension(file);
        var heading = text.Split('\n').FirstOrDefault(l => l.StartsWith("# ", StringComparison.Ordinal));
        return new Runbook(name, heading is null ? name : heading[2..].Trim(), text, file);
    }
}
