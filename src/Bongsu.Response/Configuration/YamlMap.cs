using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Bongsu.Response.Configuration;

/// <summary>
/// One YAML mapping, read key by key; whatever is wrong goes to the list of problems and reading goes on, so that a person sees all of it at once.
/// <see cref="End"/> reports the keys that nobody asked for.
/// </summary>
public sealed class YamlMap
{
    public const int MaxTextLength = 16 * 1024;

    private readonly YamlMappingNode _node;
    private readonly List<ConfigProblem> _problems;
    private readonly List<string> _asked = [];

    internal YamlMap(string file, string path, YamlMappingNode node, List<ConfigProblem> problems)
    {
        File = file;
        Path = path;
        _node = node;
        _problems = problems;
    }

    public string File { get; }

    public string Path { get; }

    public int Line => (int)_node.Start.Line;

    /// <summary>Changes when anything in the mapping changes; tells nothing of what is in it.</summary>
    public string Fingerprint => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(_node.ToString())));

    /// <summary>The keys, in the order of the file.</summary>
    public IEnumerable<string> Keys => _node.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "");

    public bool Has(string key) => _node.Children.ContainsKey(new YamlScalarNode(key));

    /// <summary>Whether the key is there; a known one is not reported by <see cref="End"/> even if nobody reads it.</summary>
    public bool Has(string key, bool isKnown) => (isKnown ? Ask(key) : Find(key)) is not null;

    public int LineOf(string key) => Find(key) is { } node ? (int)node.Start.Line : Line;

    public void Report(string key, string message, string fix) =>
        _problems.Add(new ConfigProblem(File, key.Length > 0 ? LineOf(key) : Line, KeyPath(key), message, fix));

    public string? Text(string key, bool required = false)
    {
        var node = Ask(key);
        if (node is null)
        {
            if (required)
                Report(key, "is missing", $"add {key}:");
            return null;
        }
        return Scalar(node, key);
    }

    public string Text(string key, string otherwise) => Text(key) ?? otherwise;

    public double? Number(string key, bool required = false)
    {
        if (Text(key, required) is not { } text)
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
            return value;
        Report(key, $"\"{Short(text)}\" is not a number", "write it as 99.9");
        return null;
    }

    public bool Flag(string key, bool otherwise)
    {
        switch (Text(key))
        {
            case null:
                return otherwise;
            case "true":
                return true;
            case "false":
                return false;
            case var text:
                Report(key, $"\"{Short(text)}\" is not true or false", "write true or false");
                return otherwise;
        }
    }

    public TimeSpan? Duration(string key, bool required = false)
    {
        if (Text(key, required) is not { } text)
            return null;
        if (DurationText.TryParse(text, out var duration))
            return duration;
        Report(key, $"\"{Short(text)}\" is not a duration", "write it as 300ms, 5m, 1h30m or 28d");
        return null;
    }

    /// <summary>One of the words; the first is meant when the key is absent.</summary>
    public string OneOf(string key, params ReadOnlySpan<string> words)
    {
        var text = Text(key);
        if (text is null || words.Contains(text))
            return text ?? words[0];
        var list = string.Join(", ", words.ToArray());
        var guess = NearestName.Of(text, words.ToArray());
        Report(key, $"\"{Short(text)}\" is not one of {list}", guess is null ? $"write one of {list}" : $"did you mean {guess}?");
        return words[0];
    }

    public YamlMap? Map(string key, bool required = false)
    {
        switch (Ask(key))
        {
            case null:
                if (required)
                    Report(key, "is missing", $"add {key}:");
                return null;
            case YamlMappingNode map:
                return new YamlMap(File, KeyPath(key), map, _problems);
            case YamlScalarNode { Value: null or "" or "~" or "null" }:
                return new YamlMap(File, KeyPath(key), new YamlMappingNode(), _problems);
            default:
                Report(key, "is not a mapping", "put its keys, indented, below it");
                return null;
        }
    }

    /// <summary>The mappings of a list.</summary>
    public List<YamlMap> Maps(string key, bool required = false)
    {
        var found = new List<YamlMap>();
        foreach (var (node, path) in Items(key, required))
        {
            if (node is YamlMappingNode map)
                found.Add(new YamlMap(File, path, map, _problems));
            else
                _problems.Add(new ConfigProblem(File, (int)node.Start.Line, path, "is not a mapping", "write it as - key: value"));
        }
        return found;
    }

    /// <summary>The texts of a list.</summary>
    public List<(string Text, int Line)> Texts(string key)
    {
        var found = new List<(string, int)>();
        foreach (var (node, path) in Items(key, required: false))
        {
            if (node is YamlScalarNode { Value: { } text } && text.Length <= MaxTextLength)
                found.Add((text, (int)node.Start.Line));
            else
                _problems.Add(new ConfigProblem(File, (int)node.Start.Line, path, "is not a text", "write plain words"));
        }
        return found;
    }

    /// <summary>A mapping of texts to texts, such as labels.</summary>
    public SortedDictionary<string, string> TextMap(string key)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (Map(key) is not { } map)
            return found;
        foreach (var (name, value) in map._node.Children)
        {
            var text = name is YamlScalarNode { Value: { } named } ? map.Scalar(value, named) : null;
            if (text is not null)
                found[((YamlScalarNode)name).Value!] = text;
        }
        return found;
    }

    /// <summary>Reports every key that was not asked for, with the nearest name that could have been meant.</summary>
    public void End()
    {
        foreach (var name in _node.Children.Keys)
        {
            var key = name is YamlScalarNode scalar ? scalar.Value ?? "" : "?";
            if (_asked.Contains(key))
                continue;
            var guess = NearestName.Of(key, _asked);
            _problems.Add(new ConfigProblem(File, (int)name.Start.Line, KeyPath(Short(key)), "is not a known key",
                guess is null ? $"known here: {string.Join(", ", _asked)}" : $"did you mean {guess}?"));
        }
    }

    private IEnumerable<(YamlNode Node, string Path)> Items(string key, bool required)
    {
        switch (Ask(key))
        {
            case YamlSequenceNode list:
                return list.Children.Select((node, i) => (node, $"{KeyPath(key)}[{i}]"));
            case null when required:
                Report(key, "is missing", $"add {key}: with at least one entry");
                return [];
            case null or YamlScalarNode { Value: null or "" or "~" or "null" }:
                return [];
            default:
                Report(key, "is not a list", "write each entry on its own line after a dash");
                return [];
        }
    }

    private string? Scalar(YamlNode node, string key)
    {
        var line = (int)node.Start.Line;
        if (node is not YamlScalarNode scalar || (scalar.Value is null or "" or "~" or "null" && scalar.Style == ScalarStyle.Plain))
            _problems.Add(new ConfigProblem(File, line, KeyPath(key), node is YamlScalarNode ? "has no value" : "is not a text", "write a plain value"));
        else if (scalar.Value!.Length > MaxTextLength)
            _problems.Add(new ConfigProblem(File, line, KeyPath(key), $"{scalar.Value.Length} characters; the limit is {MaxTextLength}", "shorten it"));
        else
            return scalar.Value;
        return null;
    }

    private YamlNode? Ask(string key)
    {
        if (!_asked.Contains(key))
            _asked.Add(key);
        return Find(key);
    }

    private YamlNode? Find(string key) => _node.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;

    private string KeyPath(string key) => Path.Length == 0 ? key : key.Length == 0 ? Path : $"{Path}.{key}";

    /// <summary>A text from a file, cut to what fits a sentence.</summary>
    public static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
