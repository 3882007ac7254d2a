using System.Text;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Builds the labels of the series that a line or a sample belongs to. Pure.</summary>
internal static class SeriesKey
{
    /// <summary>Labels of a line under a grouping; null keeps all but <paramref name="except"/>.</summary>
    public static LabelSet OfLine(LineState line, Grouping? grouping, string? except)
    {
        var builder = new LabelSetBuilder();
        if (grouping is { Without: false })
        {
            foreach (var name in grouping.Labels)
                builder.Set(name, line.Get(name));
            return builder.ToLabelSet();
        }
        for (var i = 0; i < line.Count; i++)
        {
            var (name, value, _) = line[i];
            if (name != except && grouping?.Labels.Contains(name) != true)
                builder.Set(name, value);
        }
        if (line.Error is not null)
            builder.Set(ErrorLabels.Error, line.Error);
        return builder.ToLabelSet();
    }

    public static LabelSet Group(LabelSet labels, Grouping? grouping)
    {
        if (grouping is null)
            return LabelSet.Empty;
        return Pick(labels, grouping.Labels, !grouping.Without);
    }

    /// <summary>The labels named, or the others.</summary>
    public static LabelSet Pick(LabelSet labels, IReadOnlyList<string> names, bool named)
    {
        var builder = new LabelSetBuilder();
        foreach (var label in labels)
        {
            if (names.Contains(Encoding.UTF8.GetString(label.Name)) == named)
                builder.Set(label.Name, label.Value);
        }
        return builder.ToLabelSet();
    }
}
