using System.Text;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Keeps the labels of some names, or all but those and the metric name. Results of equal sets are equal: they are keys of groups.</summary>
internal sealed class LabelProjection
{
    private readonly HashSet<string> _names;
    private readonly bool _keep;
    private readonly Dictionary<LabelSet, LabelSet> _cache = [];

    private LabelProjection(IEnumerable<string> names, bool keep)
    {
        _names = new HashSet<string>(names, StringComparer.Ordinal);
        _keep = keep;
    }

    public static LabelProjection Keeping(IEnumerable<string> names) => new(names, true);

    public static LabelProjection Dropping(IEnumerable<string> names) => new([.. names, LabelNames.MetricName], false);

    public LabelSet Of(LabelSet labels)
    {
        if (_keep && _names.Count == 0)
            return LabelSet.Empty;
        if (_cache.TryGetValue(labels, out var known))
            return known;
        return _cache[labels] = Build(labels);
    }

    /// <summary>Without the metric name, and without type and unit, which belong to it.</summary>
    public static LabelSet WithoutName(LabelSet labels)
    {
        if (!labels.TryGet("__name__"u8, out _) && !labels.TryGet("__type__"u8, out _) && !labels.TryGet("__unit__"u8, out _))
            return labels;
        return new LabelSetBuilder(labels).Remove("__name__"u8).Remove("__type__"u8).Remove("__unit__"u8).ToLabelSet();
    }

    private LabelSet Build(LabelSet labels)
    {
        var builder = new LabelSetBuilder();
        foreach (var label in labels)
        {
            if (_names.Contains(Encoding.UTF8.GetString(label.Name)) == _keep)
                builder.Set(label.Name, label.Value);
        }
        return builder.ToLabelSet();
    }
}
