using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bongsu.Query.LogQL.Stages;

/// <summary><c>pattern "…"</c>: labels from captures.</summary>
internal sealed class PatternStage(LinePattern pattern) : LineStage
{
    public override bool Process(LineState line)
    {
        pattern.Extract(line);
        return true;
    }
}

/// <summary><c>regexp "…"</c>: labels from named groups of the first match.</summary>
internal sealed class RegexpStage(Regex regex, IReadOnlyList<string> names) : LineStage
{
    public override bool Process(LineState line)
    {
        var match = regex.Match(line.Line);
        if (!match.Success)
            return true;
        foreach (var name in names)
            line.Extract(name, name, match.Groups[name].Value);
        return true;
    }
}

/// <summary><c>decolorize</c>: takes terminal colour codes out of the line.</summary>
internal sealed partial class DecolorizeStage : LineStage
{
    public override bool NeedsAllLabels => false;

    public override bool Process(LineState line)
    {
        if (line.Line.Contains('\u001b') || line.Line.Contains('\u009b'))
            line.Line = ColorCode().Replace(line.Line, "");
        return true;
    }

    [GeneratedRegex("[\u001b\u009b][[\\]()#;?]*(?:(?:(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?\u0007)|(?:(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-ntqry=><~]))", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ColorCode();
}

/// <summary><c>unpack</c>: turns a line packed by Promtail's pack stage back into its labels and <c>_entry</c>.</summary>
internal sealed class UnpackStage : LineStage
{
    private const string Entry = "_entry";

    public override bool Process(LineState line)
    {
        if (line.Line.Length == 0 || line.Line[0] != '{')
        {
            line.Fail(ErrorLabels.Json, "expecting a JSON object");
            return true;
        }
        try
        {
            Unpack(line);
        }
        catch (JsonException e)
        {
            line.Fail(ErrorLabels.Json, e.Message);
        }
        return true;
    }

    private static void Unpack(LineState line)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(line.Line));
        // Without an entry nothing was packed: the line stays as it is, with its labels.
        if (!document.RootElement.TryGetProperty(Entry, out var entry) || entry.ValueKind != JsonValueKind.String)
            return;
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Name != Entry && property.Value.ValueKind == JsonValueKind.String)
                line.Extract(property.Name, LabelNaming.Sanitize(property.Name), property.Value.GetString()!);
        }
        line.Line = entry.GetString()!;
    }
}
