using System.Text;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// A selector and its stages as they are run: what can be decided on the columns of a record and on the bytes of its line stands before what takes the
/// line apart. Immutable.
/// </summary>
internal sealed class ScanPlan
{
    private ScanPlan(LogExpr log) => Matchers = log.Matchers;

    public IReadOnlyList<LabelMatcher> Matchers { get; }

    /// <summary>Texts that the stored line of every record that passes contains; null when none is known.</summary>
    public List<ReadOnlyMemory<byte>>? Needles { get; private set; }

    /// <summary>Filters on labels of streams and fields of records, before any stage that makes labels.</summary>
    public List<LabelMatcher> Columns { get; } = [];

    public List<LineStage> Stages { get; } = [];

    public static ScanPlan Of(LogExpr log)
    {
        var plan = new ScanPlan(log);
        var isStored = true;
        var isPlain = true;
        for (var i = 0; i < log.Stages.Count; i++)
        {
            var stage = log.Stages[i];
            if (isStored && stage is LineFilter { Needle: { } needle })
                (plan.Needles ??= []).Add(needle);
            // A filter on what the record brings along needs no line; the stage itself stays when it says more than that.
            if (isPlain && stage is LabelFilter filter)
                plan.Columns.AddRange(filter.Condition.Required.Where(m => m.Name is not (ErrorLabels.Error or ErrorLabels.Details) && !m.Name.EndsWith(LineState.DuplicateSuffix, StringComparison.Ordinal)));
            isPlain &= stage is LineFilter or LabelFilter;
            isStored &= !stage.RewritesLine;
            if (stage is JsonStage or LogfmtStage { TakesAll: true })
                plan.Stages.AddRange(ValueChecks(log.Stages, i + 1));
            plan.Stages.Add(stage);
        }
        return plan;
    }

    private static IEnumerable<ValueCheck> ValueChecks(IReadOnlyList<LineStage> stages, int from)
    {
        for (var i = from; i < stages.Count && stages[i] is LabelFilter or LineFilter; i++)
        {
            if (stages[i] is not LabelFilter filter)
                continue;
            foreach (var matcher in filter.Condition.Required)
            {
                if (matcher.Name is not (ErrorLabels.Error or ErrorLabels.Details) && matcher.Value.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0)
                    yield return new ValueCheck(matcher.Name, Encoding.UTF8.GetBytes(matcher.Value));
            }
        }
    }
}
