using System.Text;

namespace Bongsu.Ingest.Tests.Pipeline.Derive;

/// <summary>One data set of loghub: lines, and the event that each belongs to.</summary>
internal sealed record LoghubFile(string Name, IReadOnlyList<(string Line, string Event)> Lines)
{
    private const string Suffix = "_2k.log_structured.csv";

    /// <summary>Below BONGSU_SHARED, or below a folder "shared" beside any parent.</summary>
    public static string? Folder { get; } = FindFolder();

    public static IEnumerable<LoghubFile> All()
    {
        foreach (var path in Directory.GetFiles(Folder!, "*" + Suffix).Order(StringComparer.Ordinal))
        {
            var rows = Rows(File.ReadAllText(path));
            var (line, id) = (rows[0].IndexOf("Content"), rows[0].IndexOf("EventId"));
            yield return new LoghubFile(Path.GetFileName(path)[..^Suffix.Length], [.. rows.Skip(1).Select(row => (row[line], row[id]))]);
        }
    }

    /// <summary>Rows of RFC 4180.</summary>
    private static List<List<string>> Rows(string text)
    {
        var rows = new List<List<string>>();
        var row = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (isQuoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                field.Append(text[i++]);
            else if (c == '"')
                isQuoted = !isQuoted;
            else if (!isQuoted && c is ',' or '\n' or '\r')
            {
                if (c == '\r')
                    continue;
                row.Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    rows.Add(row);
                    row = [];
                }
            }
            else
                field.Append(c);
        }
        if (field.Length > 0 || row.Count > 0)
            rows.Add([.. row, field.ToString()]);
        return rows;
    }

    private static string? FindFolder()
    {
        var shared = Environment.GetEnvironmentVariable("BONGSU_SHARED");
        if (!string.IsNullOrEmpty(shared))
            return Existing(Path.Combine(shared, "conformance", "loghub"));
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", "conformance", "loghub")) is { } found)
                return found;
        }
        return null;
    }

    private static string? Existing(string path) => Directory.Exists(path) ? path : null;
}
