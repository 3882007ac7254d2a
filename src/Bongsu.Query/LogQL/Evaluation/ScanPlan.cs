using System.Text;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// What of a pipeline can be decided on the columns of a record and on the bytes of its line, before the line is taken apart. All stages run all the same on
/// what passes. Immutable.
/// </summary>
internal sealed class ScanPlan
{
    /// <summary>Texts that the stored line of every record that passes contains; null when none is known.</summary>
    public List<ReadOnlyMemory<byte>>? Needles { get; private set; }

    /// <summary>Expressions that are found in the stored line of every record that passes; null when none is known.</summary>
    public List<LineMatcher>? Expressions { get; private set; }

    /// <summary>Filters on labels of streams and fields of records, before any stage that makes labels.</summary>
    public List<LabelMatcher> Columns { get; } = [];

    /// <summary>What lines must be able to hold for the filters behind their first parser.</summary>
    public List<ValueCheck> Values { get; } = [];

    /// <summary>Conditions on fields behind a <c>json</c> that nothing but filters stands before.</summary>
    public List<FieldCondition> Fields { get; } = [];

    /// <summary>Where that <c>json</c> stands; negative: nowhere.</summary>
    public int JsonAt { get; private set; } = -1;

    public IReadOnlyList<LineStage> Stages { get; private set; } = [];

    /// <summary>
    /// The fields of JSON lines that are enough, when labels alone matter: of lines only texts and expressions are looked for, before a <c>json</c> or where nothing takes lines
    /// apart (then none are needed). Null when they are not.
    /// </summary>
    public IReadOnlyList<string>? OnlyFields(HashSet<string>? wanted)
    {
        for (var i = 0; i < Stages.Count; i++)
        {
            if (i != JsonAt && !(Stages[i] is LabelFilter or DropLabels or KeepLabels || (Stages[i] is LineFilter { IsHint: true } && (JsonAt < 0 || i < JsonAt))))
                return null;
        }
        if (JsonAt < 0)
            return [];
        return wanted is null or { Count: 0 } || wanted.Any(n => n.EndsWith(LineState.DuplicateSuffix, StringComparison.Ordinal)) ? null : [.. wanted.Where(IsRecords)];
    }

    public static ScanPlan Of(LogExpr log)
    {
        var plan = new ScanPlan { Stages = log.Stages };
        var isStored = true;
        var isPlain = true;
        var isFirst = true;
        for (var i = 0; i < log.Stages.Count; i++)
        {
            var stage = log.Stages[i];
            if (isStored && stage is LineFilter { Needle: { } needle })
                (plan.Needles ??= []).Add(needle);
            if (isStored && stage is LineFilter { Expression: { } expression })
                (plan.Expressions ??= []).Add(expression);
            // A filter on what the record brings along needs no line.
            if (isPlain && stage is LabelFilter filter)
                plan.Columns.AddRange(filter.Condition.Required.Where(m => IsRecords(m.Name)));
            isPlain &= stage is LineFilter or LabelFilter;
            isStored &= !stage.RewritesLine;
            // Behind a second parser the label may be the first one's.
            if (isStored && isFirst && (stage is JsonStage || stage is LogfmtStage { TakesAll: true }))
                plan.Values.AddRange(ValueChecks(log.Stages, i + 1));
            if (isStored && isFirst && stage is JsonStage)
            {
                plan.JsonAt = i;
                plan.AddFields();
            }
            isFirst &= stage is LineFilter or LabelFilter;
        }
        return plan;
    }

    private ScanPlan() { }

    private void AddFields()
    {
        // Why: a quantity that cannot be read is an error, and behind an error other quantities pass; texts before the parser may have made one as well.
        var mayHaveFailed = Stages.Take(JsonAt).Any(s => s is LabelFilter { Condition.MayFail: true });
        for (var i = JsonAt + 1; i < Stages.Count && Stages[i] is LabelFilter or LineFilter; i++)
        {
            foreach (var condition in Stages[i] is LabelFilter filter ? filter.Condition.Conjuncts : [])
            {
                if (IsRecords(condition.Labels.First()) && condition.AsField is { } field && (field.Text is not null || !mayHaveFailed))
                    Fields.Add(field);
                mayHaveFailed |= condition.MayFail;
            }
        }
    }

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
                    yield return new ValueCheck(matcher);
            }
        }
    }
}
