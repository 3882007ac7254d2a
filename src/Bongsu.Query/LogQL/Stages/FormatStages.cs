using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Templates;

namespace Bongsu.Query.LogQL.Stages;

/// <summary><c>line_format "…"</c>: replaces the line by what the template makes of the labels.</summary>
internal sealed class LineFormatStage(LineTemplate template) : LineStage
{
    public override bool NeedsAllLabels => template.Fields is null;

    public override IEnumerable<string> ReadsLabels => template.Names;

    public override bool RewritesLine => true;

    public override bool Process(LineState line)
    {
        if (template.TryRender(line, out var text, out var problem))
            line.Line = text;
        else
            line.Fail(ErrorLabels.Template, problem);
        return true;
    }

    public override string ToString() => $"| line_format {LogQlText.Quote(template.Text)}";
}

/// <summary>One label to make: a copy of another (which goes away), or what a template says.</summary>
internal sealed record LabelFormat(string Target, string? Source, LineTemplate? Template);

/// <summary><c>label_format a=b, c="…"</c>.</summary>
internal sealed class LabelFormatStage(IReadOnlyList<LabelFormat> formats) : LineStage
{
    public override bool NeedsAllLabels => formats.Any(f => f.Template is { Fields: null });

    public override IEnumerable<string> ReadsLabels => formats.SelectMany(f => f.Source is { } source ? [source] : f.Template!.Names);

    public override bool Process(LineState line)
    {
        foreach (var format in formats)
        {
            if (format.Source is { } source)
            {
                if (!line.TryGet(source, out var value))
                    continue;
                line.Set(format.Target, value);
                if (source != format.Target)
                    line.Remove(source);
            }
            else if (format.Template!.TryRender(line, out var text, out var problem))
            {
                line.Set(format.Target, text);
            }
            else
            {
                line.Fail(ErrorLabels.Template, problem);
            }
        }
        return true;
    }

    public override string ToString() =>
        "| label_format " + string.Join(',', formats.Select(f => $"{f.Target}={f.Source ?? LogQlText.Quote(f.Template!.Text)}"));
}
