using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Bongsu.Response.Configuration;

/// <summary>Reads YAML text into a tree under limits, so that a hostile file costs neither stack nor memory.</summary>
public static class YamlText
{
    public const int MaxBytes = 1 << 20;
    public const int MaxDepth = 32;
    public const int MaxNodes = 100_000;

    /// <summary>The root mapping of the only document; null after reporting why there is none.</summary>
    public static YamlMap? Read(string file, string text, List<ConfigProblem> problems) => Load(file, text, problems) is { } stream ? Root(file, stream, problems) : null;

    /// <summary>The mappings of a document that is a list; empty after reporting why it is none.</summary>
    public static IReadOnlyList<YamlMap> ReadList(string file, string text, List<ConfigProblem> problems) =>
        Load(file, text, problems) is { } stream ? RootList(file, stream, problems) : [];

    private static YamlStream? Load(string file, string text, List<ConfigProblem> problems)
    {
        if (text.Length > MaxBytes)
        {
            problems.Add(new ConfigProblem(file, 0, "", $"{text.Length} characters; the limit is {MaxBytes}", "split it into several files"));
            return null;
        }
        try
        {
            if (!CheckShape(file, text, problems))
                return null;
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream;
        }
        catch (YamlException broken)
        {
            problems.Add(new ConfigProblem(file, (int)broken.Start.Line, "", $"not valid YAML at column {broken.Start.Column}: {broken.InnerException?.Message ?? broken.Message}", "correct the syntax"));
            return null;
        }
        catch (InvalidOperationException)
        {
            // Why: YamlDotNet throws its own state errors, without a place, on some broken flow collections.
            problems.Add(new ConfigProblem(file, 0, "", "not valid YAML: a [ or { is not closed as it should be", "correct the syntax"));
            return null;
        }
    }

    private static YamlMap? Root(string file, YamlStream stream, List<ConfigProblem> problems)
    {
        if (stream.Documents.Count > 1)
            problems.Add(new ConfigProblem(file, 0, "", $"{stream.Documents.Count} YAML documents in one file", "keep one; remove the --- lines"));
        else if (stream.Documents.Count == 0)
            return new YamlMap(file, "", new YamlMappingNode(), problems);
        else if (stream.Documents[0].RootNode is YamlMappingNode root)
            return new YamlMap(file, "", root, problems);
        else
            problems.Add(new ConfigProblem(file, 1, "", "the file is not a mapping", "start with a key such as slos:"));
        return null;
    }

    private static List<YamlMap> RootList(string file, YamlStream stream, List<ConfigProblem> problems)
    {
        if (stream.Documents.Count == 0)
            return [];
        var list = new YamlMappingNode { { "groups", stream.Documents[0].RootNode } };
        return new YamlMap(file, "", list, problems).Maps("groups");
    }

    // Why: the tree loader recurses and follows aliases; the event parser does neither, so it judges the shape first.
    private static bool CheckShape(string file, string text, List<ConfigProblem> problems)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        var nodes = 0;
        while (parser.MoveNext())
        {
            var current = parser.Current!;
            depth += current.NestingIncrease;
            nodes++;
            var problem = current is AnchorAlias ? ("an alias (*name)", "write the value out")
                : depth > MaxDepth ? ($"nested deeper than {MaxDepth}", "flatten it")
                : nodes > MaxNodes ? ($"more than {MaxNodes} nodes", "split it into several files")
                : default;
            if (problem == default)
                continue;
            problems.Add(new ConfigProblem(file, (int)current.Start.Line, "", problem.Item1 + " is not accepted", problem.Item2));
            return false;
        }
        return true;
    }
}
