using Bongsu.Query.LogQL.Parsing;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>A label that <c>drop</c> or <c>keep</c> names, with a condition on its value or none.</summary>
internal sealed record LabelChoice(string Name, LabelMatcher? Matcher)
{
    public bool Fits(string value) => Matcher is null || Matcher.Matches(value);

    public override string ToString() => Matcher is null ? Name : LogQlText.Matcher(Matcher);
}

/// <summary>Removes labels by name, or by name and value.</summary>
internal sealed class DropLabels(IReadOnlyList<LabelChoice> choices) : LineStage
{
    public override bool Process(LineState line)
    {
        for (var i = 0; i < choices.Count; i++)
        {
            var choice = choices[i];
            if (choice.Matcher is null ? line.Has(choice.Name) : line.TryGet(choice.Name, out var value) && choice.Fits(value))
                line.Remove(choice.Name);
        }
        return true;
    }

    public override string ToString() => "| drop " + string.Join(',', choices);
}

/// <summary>Removes all labels but some; those that tell of errors stay.</summary>
internal sealed class KeepLabels(IReadOnlyList<LabelChoice> choices) : LineStage
{
    public override bool Process(LineState line)
    {
        for (var i = line.Count - 1; i >= 0; i--)
        {
            if (!IsKept(line, i))
                line.RemoveAt(i);
        }
        return true;
    }

    public override string ToString() => "| keep " + string.Join(',', choices);

    private bool IsKept(LineState line, int index)
    {
        for (var i = 0; i < choices.Count; i++)
        {
            if (choices[i].Name == line.NameOf(index) && (choices[i].Matcher is null || choices[i].Fits(line[index].Value)))
                return true;
        }
        return false;
    }
}
