using System.Globalization;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Collects the fields of lines: structured metadata, and what json or logfmt reads from the text. Not thread-safe.</summary>
internal sealed class FieldDetector
{
    private const int MaxFields = 5_000;

    private static readonly JsonStage Json = new();
    private static readonly LogfmtStage Logfmt = new(strict: true, keepEmpty: false, []);

    private readonly SortedDictionary<string, Found> _fields = new(StringComparer.Ordinal);

    public void Add(LineState line)
    {
        var metadata = line.Labels(LabelCategory.Metadata);
        foreach (var label in metadata)
            Note(label.Name, label.Value, null);
        if (line.Utf8.IsEmpty)
            return;
        var isObject = line.Utf8[0] == '{';
        var parser = isObject ? "json" : "logfmt";
        (isObject ? (LineStage)Json : Logfmt).Process(line);
        // What could not be read as a whole was no json or logfmt.
        if (line.Error is not null || (!isObject && !line.Utf8.Contains((byte)'=')))
            return;
        foreach (var label in line.Labels(LabelCategory.Parsed))
            Note(label.Name, label.Value, parser);
    }

    public IReadOnlyList<DetectedField> Fields() =>
        [.. _fields.Select(f => new DetectedField(f.Key, f.Value.Type, f.Value.Values, [.. f.Value.Parsers]))];

    private void Note(string name, string value, string? parser)
    {
        if (!_fields.TryGetValue(name, out var found))
        {
            if (_fields.Count >= MaxFields)
                return;
            _fields[name] = found = new Found(TypeOf(value));
        }
        found.Values.Add(value);
        if (parser is not null)
            found.Parsers.Add(parser);
    }

    private static string TypeOf(string value)
    {
        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            return "int";
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            return "float";
        if (bool.TryParse(value, out _))
            return "boolean";
        if (LogQlUnits.TryDurationNanos(value, out _))
            return "duration";
        return LogQlUnits.TryBytes(value, out _) ? "bytes" : "string";
    }

    private sealed record Found(string Type)
    {
        public HashSet<string> Values { get; } = [];
        public SortedSet<string> Parsers { get; } = new(StringComparer.Ordinal);
    }
}
