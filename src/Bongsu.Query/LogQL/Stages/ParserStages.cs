using System.Text.RegularExpressions;
using Bongsu.Query.LogQL.Parsing;

namespace Bongsu.Query.LogQL.Stages;

/// <summary><c>pattern "…"</c>: labels from captures.</summary>
internal sealed class PatternStage(LinePattern pattern) : LineStage
{
    public override bool Process(LineState line)
    {
        if (!line.WantsNothing)
            pattern.Extract(line);
        return true;
    }

    public override string ToString() => $"| pattern {LogQlText.Quote(pattern.Text)}";
}

/// <summary><c>regexp "…"</c>: labels from named groups of the first match.</summary>
internal sealed class RegexpStage(string text, Regex regex, IReadOnlyList<string> names) : LineStage
{
    public override bool Process(LineState line)
    {
        if (line.WantsNothing)
            return true;
        var match = regex.Match(line.Line);
        if (!match.Success)
            return true;
        foreach (var name in names)
            line.Extract(name, name, match.Groups[name].Value);
        return true;
    }

    public override string ToString() => $"| regexp {LogQlText.Quote(text)}";
}

/// <summary><c>decolorize</c>: takes terminal colour codes out of the line.</summary>
internal sealed class DecolorizeStage : LineStage
{
    private static readonly Regex ColorCode = new(
        "[\u001b\u009b][[\\]()#;?]*(?:(?:(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?\u0007)|(?:(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-ntqry=><~]))",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public override bool RewritesLine => true;

    public override bool Process(LineState line)
    {
        if (line.Utf8.IndexOfAny((byte)0x1b, (byte)0xc2) >= 0 && (line.Line.Contains('\u001b') || line.Line.Contains('\u009b')))
            line.Line = ColorCode.Replace(line.Line, "");
        return true;
    }

    public override string ToString() => "| decolorize";
}
