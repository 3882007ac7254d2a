using System.Text;
using System.Text.RegularExpressions;

namespace Bongsu.Telemetry.Labels;

public enum MatchType : byte
{
    Equal,
    NotEqual,
    Regex,
    NotRegex,
}

/// <summary>
/// One condition on a label, as Prometheus defines it: a missing label is the empty string, regular expressions are anchored at both ends and run
/// in linear time. Immutable and thread-safe.
/// </summary>
public sealed class LabelMatcher : IEquatable<LabelMatcher>
{
    private readonly Regex? _regex;
    private readonly byte[] _valueUtf8;

    /// <exception cref="RegexParseException">The value of a regular expression matcher is not one.</exception>
    /// <exception cref="NotSupportedException">The expression uses a construct that has no linear-time form (back references, look-around).</exception>
    public LabelMatcher(MatchType type, string name, string value)
    {
        Type = type;
        Name = name;
        NameUtf8 = Encoding.UTF8.GetBytes(name);
        Value = value;
        _valueUtf8 = Encoding.UTF8.GetBytes(value);
        if (type is MatchType.Regex or MatchType.NotRegex)
            _regex = LinearRegex.Anchored(value);
    }

    public MatchType Type { get; }

    public string Name { get; }

    public ReadOnlyMemory<byte> NameUtf8 { get; }

    public string Value { get; }

    /// <summary>Whether a series without the label passes.</summary>
    public bool MatchesEmpty => Matches("");

    public bool Matches(string value) => Type switch
    {
        MatchType.Equal => value == Value,
        MatchType.NotEqual => value != Value,
        MatchType.Regex => _regex!.IsMatch(value),
        _ => !_regex!.IsMatch(value),
    };

    /// <summary>As <see cref="Matches(string)"/>, for UTF-8 bytes. Regular expressions allocate a string: match dictionary values, not rows.</summary>
    public bool Matches(ReadOnlySpan<byte> utf8) => Type switch
    {
        MatchType.Equal => utf8.SequenceEqual(_valueUtf8),
        MatchType.NotEqual => !utf8.SequenceEqual(_valueUtf8),
        _ => Matches(Encoding.UTF8.GetString(utf8)),
    };

    public bool Matches(LabelSet labels) => Matches(labels.TryGet(NameUtf8.Span, out var value) ? value : default);

    public static bool MatchesAll(IReadOnlyList<LabelMatcher> matchers, LabelSet labels)
    {
        for (var i = 0; i < matchers.Count; i++)
        {
            if (!matchers[i].Matches(labels))
                return false;
        }
        return true;
    }

    public bool Equals(LabelMatcher? other) => other is not null && Type == other.Type && Name == other.Name && Value == other.Value;

    public override bool Equals(object? obj) => Equals(obj as LabelMatcher);

    public override int GetHashCode() => HashCode.Combine(Type, Name, Value);

    public override string ToString()
    {
        var sign = Type switch { MatchType.Equal => "=", MatchType.NotEqual => "!=", MatchType.Regex => "=~", _ => "!~" };
        return $"{Name}{sign}\"{Value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")}\"";
    }
}
