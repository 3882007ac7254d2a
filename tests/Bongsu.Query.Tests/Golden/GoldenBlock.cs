namespace Bongsu.Query.Tests.Golden;

/// <summary>
/// One block of a golden file: a line that starts at the margin (a word and its argument) and the indented lines below it. Blank lines and lines that start
/// with # are for the reader.
/// </summary>
internal sealed record GoldenBlock(string Place, string Word, string Argument, IReadOnlyList<string> Lines)
{
    public static List<GoldenBlock> Read(string path)
    {
        var blocks = new List<GoldenBlock>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (char.IsWhiteSpace(line[0]))
            {
                ((List<string>)blocks[^1].Lines).Add(line.Trim());
                continue;
            }
            var split = line.Split(' ', 2);
            blocks.Add(new GoldenBlock($"{Path.GetFileName(path)}:{number}", split[0], split.Length > 1 ? split[1] : "", new List<string>()));
        }
        return blocks;
    }

    public static string Folder(string language)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "tests/Bongsu.Query.Tests/testdata", language);
            if (Directory.Exists(folder))
                return folder;
        }
        throw new DirectoryNotFoundException("testdata/" + language);
    }

    public static TheoryData<string> Files(string language)
    {
        var data = new TheoryData<string>();
        foreach (var file in Directory.GetFiles(Folder(language), "*.txt").Order(StringComparer.Ordinal))
            data.Add(Path.GetFileName(file));
        return data;
    }

    /// <summary>Every query of every file of a language.</summary>
    public static string[] Queries(string language) => [.. Directory.GetFiles(Folder(language), "*.txt").Order(StringComparer.Ordinal).SelectMany(Read)
        .Where(b => b.Word is not ("stream" or "trace")).Select(b => b.Query)];

    /// <summary>The query, after the times that eval, range and metrics have before it.</summary>
    public string Query => Word switch
    {
        "eval" or "newest" => Argument.Split(' ', 2)[1],
        "range" or "metrics" => Argument.Split(' ', 4)[3],
        _ => Argument,
    };

    /// <summary>The times before the query, in ns.</summary>
    public long TimeNanos(int index) => Nanos(Argument.Split(' ')[index]);

    public static long Nanos(string text) => text.EndsWith("ms", StringComparison.Ordinal)
        ? long.Parse(text[..^2], System.Globalization.CultureInfo.InvariantCulture) * 1_000_000
        : long.Parse(text.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture) * 1_000_000_000;
}
