using System.Text;
using System.Text.RegularExpressions;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Stages;

internal enum LineFilterKind : byte
{
    Contains,
    Regex,
    Pattern,
    Address,
}

/// <summary>One thing to look for in a line.</summary>
internal sealed class LineProbe
{
    private readonly string _text;
    private readonly Regex? _regex;
    private readonly LinePattern? _pattern;
    private readonly AddressMatcher? _address;

    public LineProbe(LineFilterKind kind, string text)
    {
        Kind = kind;
        _text = text;
        switch (kind)
        {
            case LineFilterKind.Regex: _regex = LogQlRegex.Unanchored(text); break;
            case LineFilterKind.Pattern: _pattern = LinePattern.ForFilter(text); break;
            case LineFilterKind.Address: _address = AddressMatcher.Parse(text); break;
        }
    }

    public LineFilterKind Kind { get; }

    public string Text => _text;

    public bool Matches(string line) => Kind switch
    {
        LineFilterKind.Contains => line.Contains(_text, StringComparison.Ordinal),
        LineFilterKind.Regex => _text.Length == 0 || _regex!.IsMatch(line),
        LineFilterKind.Pattern => _pattern!.Matches(line),
        _ => _address!.FoundIn(line),
    };
}

/// <summary><c>|= != |~ !~ |&gt; !&gt;</c>: keeps lines in which any of the probes is found, or none of them.</summary>
internal sealed class LineFilter(bool negate, IReadOnlyList<LineProbe> probes) : LineStage
{
    public override bool NeedsAllLabels => false;

    /// <summary>What every line that passes must contain, or null: the hint for the store.</summary>
    public ReadOnlyMemory<byte>? Needle =>
        !negate && probes is [{ Kind: LineFilterKind.Contains, Text.Length: > 0 } only] ? Encoding.UTF8.GetBytes(only.Text) : null;

    public override bool Process(LineState line)
    {
        for (var i = 0; i < probes.Count; i++)
        {
            if (probes[i].Matches(line.Line))
                return !negate;
        }
        return negate;
    }
}
