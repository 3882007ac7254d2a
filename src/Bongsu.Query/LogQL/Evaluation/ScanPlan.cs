using System.Text;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// What of a pipeline can be decided on the columns of a record and on the bytes of its line, before the line is taken apart. All stages run all the same on
/// what passes. Immutable.
/// </summary>
internal sealed class ScanPlan
{
    /// <summary>Texts that the stored line of every record that passes contains; null when none is known.</summary>
    public List<ReadOnlyMemory<byte>>? Needles { get; private set; }

    /// <summary>Filters on labels of streams and fields of records, before any stage that makes labels.</summary>
    public List<LabelMatcher> Columns { get; } = [];

    /// <summary>What lines must be able to hold for the filters behind their first parser.</summary>
    public List<ValueCheck> Values { get; } = [];

    /// <summary>Whether any record can be told without its labels and line.</summary>
    public bool HasChecks => Needles is not null || Columns.Count > 0 || Values.Count > 0;

    public static ScanPlan Of(LogExpr log)
    {
        var plan = new ScanPlan();
        var isStored = true;
        var isPlain = true;
        var isFirst = true;
        for (var i = 0; i < log.Stages.Count; i++)
        {
            var stage = log.Stages[i];
            if (isStored && stage is LineFilter { Needle: { } needle })
                (plan.Needles ??= []).Add(needle);
            // A filter on what the record brings along needs no line.
            if (isPlain && stage is LabelFilter filter)
                plan.Columns.AddRange(filter.Condition.Required.Where(m => IsRecords(m.Name)));
            isPlain &= stage is LineFilter or LabelFilter;
            isStored &= !stage.RewritesLine;
            // Behind a second parser the label may be the first one's.
            if (isStored && isFirst && (stage is JsonStage || stage is LogfmtStage { TakesAll: true }))
                plan.Values.AddRange(ValueChecks(log.Stages, i + 1));
            isFirst &= stage is LineFilter or LabelFilter;
        }
        return plan;
    }

    private ScanPlan() { }

    // Errors are made by stages, and a name with the suffix by the clash of two labels.
    private static bool IsRecords(string label) => label is not (ErrorLabels.Error or ErrorLabels.Details) && !label.EndsWith(LineState.DuplicateSuffix, StringComparison.Ordinal);

    private static IEnumerable<ValueCheck> ValueChecks(IReadOnlyList<LineStage> stages, int from)
    {
        for (var i = from; i < stages.Count && stages[i] is LabelFilter or LineFilter; i++)
        {
            if (stages[i] is not LabelFilter filter)
                continue;
            foreach (var matcher in filter.Condition.Required)
            {
                if (IsRecords(matcher.Name) && matcher.Value.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0)
                    yield return new ValueCheck(matcher.Name, Encoding.UTF8.GetBytes(matcher.Value));
            }
        }
    }
}
