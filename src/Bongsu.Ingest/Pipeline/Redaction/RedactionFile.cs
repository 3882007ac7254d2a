using System.Text.Json;
using System.Text.RegularExpressions;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>
/// Reads <c>redaction.json</c>:
/// <c>{"disable": ["phone"], "keys": ["customer-no"], "keepKeys": ["csrf-token"], "headers": ["x-tenant"], "patterns": {"employee": "E[0-9]{6}"}}</c>.
/// </summary>
internal static class RedactionFile
{
    private const int MaxFileBytes = 1 * IngestLimits.MiB;

    public static RedactionRules? Read(string file, out IReadOnlyList<string> problems)
    {
        byte[] json;
        try
        {
            if (new FileInfo(file).Length > MaxFileBytes)
            {
                problems = [$"{file}: larger than the limit of {MaxFileBytes} bytes"];
                return null;
            }
            json = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems = [$"{file}: cannot be read: {e.Message}"];
            return null;
        }
        return Parse(file, json, out problems);
    }

    public static RedactionRules? Parse(string file, ReadOnlySpan<byte> json, out IReadOnlyList<string> problems)
    {
        var parser = new Parser(file);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 });
            parser.File(ref reader, json);
        }
        catch (JsonException e)
        {
            parser.Problems.Add($"{file}:{e.LineNumber + 1}: not valid JSON");
        }
        problems = parser.Problems;
        return problems.Count == 0 ? parser.ToRules() : null;
    }

    private sealed class Parser(string file)
    {
        private readonly HashSet<Finding> _disabled = [];
        private readonly List<string> _keys = [];
        private readonly List<string> _keepKeys = [];
        private readonly List<string> _headers = [];
        private readonly List<RedactionPattern> _patterns = [];

        public List<string> Problems { get; } = [];

        public RedactionRules ToRules() => new(_disabled, _keys, _keepKeys, _headers, _patterns);

        public void File(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Problem(reader, json, "the file must be an object");
                return;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                switch (key)
                {
                    case "disable": Names(ref reader, json, key, Disable); break;
                    case "keys": Names(ref reader, json, key, name => Add(_keys, name)); break;
                    case "keepKeys": Names(ref reader, json, key, name => Add(_keepKeys, name)); break;
                    case "headers": Names(ref reader, json, key, name => Add(_headers, name)); break;
                    case "patterns": Patterns(ref reader, json); break;
                    default:
                        Problem(reader, json, $"unknown key '{key}'; known are disable, keys, keepKeys, headers, patterns");
                        reader.Skip();
                        break;
                }
            }
        }

        private void Names(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string key, Func<string, string?> take)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                Problem(reader, json, $"'{key}' must be a list of names");
                reader.Skip();
                return;
            }
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.String)
                {
                    Problem(reader, json, $"'{key}' must hold names as text");
                    reader.Skip();
                }
                else if (take(reader.GetString()!) is { } wrong)
                {
                    Problem(reader, json, wrong);
                }
            }
        }

        private string? Disable(string name)
        {
            var finding = FindingNames.Parse(name);
            if (finding == Finding.None)
                return $"'disable' names no rule '{name}'; rules are {string.Join(", ", FindingNames.All)}";
            _disabled.Add(finding);
            return null;
        }

        private static string? Add(List<string> list, string name)
        {
            if (name.Trim().Length < 2)
                return $"'{name}' is too short to be a key";
            list.Add(name);
            return null;
        }

        private void Patterns(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Problem(reader, json, "'patterns' must be an object of names and expressions");
                reader.Skip();
                return;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                if (reader.TokenType != JsonTokenType.String)
                {
                    Problem(reader, json, $"pattern '{name}' must be an expression as text");
                    reader.Skip();
                }
                else if (Pattern(name, reader.GetString()!) is { } wrong)
                {
                    Problem(reader, json, wrong);
                }
            }
        }

        private string? Pattern(string name, string expression)
        {
            try
            {
                var regex = LinearRegex.Unanchored(expression);
                if (regex.IsMatch(""))
                    return $"pattern '{name}' matches the empty text, so it would match everywhere";
                _patterns.Add(new RedactionPattern(name, regex));
                return null;
            }
            catch (Exception e) when (e is RegexParseException or NotSupportedException or ArgumentException)
            {
                return $"pattern '{name}': {e.Message}";
            }
        }

        private void Problem(in Utf8JsonReader reader, ReadOnlySpan<byte> json, string what) =>
            Problems.Add($"{file}:{json[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1}: {what}");
    }
}
