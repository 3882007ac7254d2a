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

    /// <summary>Texts that labels of streams and fields of records must equal, before any stage that makes labels.</summary>
    public List<LabelMatcher> Columns { get; } = [];

    /// <summary>Conditions on the texts of labels of streams and fields of records, before any stage that makes labels.</summary>
    public List<FieldCondition> RecordFields { get; } = [];

    /// <summary>Names of labels that a record may have although no sender put them beside its line.</summary>
    public IReadOnlyList<string> Found { get; private init; } = [];

    /// <summary>What lines must be able to hold for the filters behind their first parser.</summary>
    public List<ValueCheck> Values { get; } = [];

    /// <summary>Conditions on fields behind a <c>json</c> that nothing but filters stands before.</summary>
    public List<FieldCondition> Fields { get; } = [];

    /// <summary>Where that <c>json</c> stands; negative: nowhere.</summary>
    public int JsonAt { get; private set; } = -1;

    public IReadOnlyList<LineStage> Stages { get; private set; } = [];

    /// <summary>The stages that a record which comes without its line has yet to pass: the store has checked what looks at the line, and what <see cref="RecordFields"/> and <see cref="Fields"/> say of texts.</summary>
    public IReadOnlyList<LineStage> StagesOfFields { get; private set; } = [];

    /// <summary>Labels that matter, null all: those that the answer or a stage looks at.</summary>
    public HashSet<string>? Wanted { get; private set; }

    /// <summary>Labels that matter of a record which comes without its line, null all.</summary>
    public HashSet<string>? WantedOfFields { get; private set; }

    /// <summary>
    /// The fields of JSON lines that are enough, when labels alone matter: of lines only texts and expressions are looked for, and nothing but one <c>json</c> takes them apart
    /// (none are needed without it). Null when they are not.
    /// </summary>
    public IReadOnlyList<string>? OnlyFields()
    {
        for (var i = 0; i < Stages.Count; i++)
        {
            if (i != JsonAt && Stages[i] is not (LabelFilter or DropLabels or KeepLabels or LineFilter { IsHint: true }))
                return null;
        }
        if (JsonAt < 0)
            return [];
        return WantedOfFields is null || WantedOfFields.Any(IsPushedAside) ? null : [.. WantedOfFields.Where(IsRecords)];
    }

    /// <summary>A plan for who looks at the labels <paramref name="answer"/> of what passes, null at all.</summary>
    public static ScanPlan Of(LogExpr log, IReadOnlyCollection<string>? answer = null, Discovery discovery = Discovery.None)
    {
        var plan = new ScanPlan { Stages = log.Stages, Found = Discoveries.Names(discovery) };
        plan.AddStages();
        plan.Wanted = LabelsFor(answer, log.Stages);
        plan.WantedOfFields = LabelsFor(answer, plan.StagesOfFields);
        return plan;
    }

    private ScanPlan() { }

    private void AddStages()
    {
        var checkedByStore = new HashSet<LineStage>();
        var isStored = true;
        var isPlain = true;
        var isFirst = true;
        for (var i = 0; i < Stages.Count; i++)
        {
            var stage = Stages[i];
            if (isStored && stage is LineFilter { Needle: { } needle })
                (Needles ??= []).Add(needle);
            if (isStored && stage is LineFilter { Expression: { } expression })
                (Expressions ??= []).Add(expression);
            // A filter on what the record brings along needs no line.
            if (isPlain && stage is LabelFilter filter && AddRecordFields(filter.Condition))
                checkedByStore.Add(stage);
            isPlain &= stage is LineFilter or LabelFilter;
            isStored &= !stage.RewritesLine;
            // Behind a second parser the label may be the first one's.
            if (isStored && isFirst && (stage is JsonStage || stage is LogfmtStage { TakesAll: true }))
                Values.AddRange(ValueChecks(Stages, i + 1));
            if (isStored && isFirst && stage is JsonStage)
            {
                JsonAt = i;
                AddFields(checkedByStore);
            }
            isFirst &= stage is LineFilter or LabelFilter;
        }
        StagesOfFields = [.. Stages.Where(s => s is not LineFilter && !checkedByStore.Contains(s))];
    }

    // Whether that is all there is to it.
    private bool AddRecordFields(LabelCondition condition)
    {
        Columns.AddRange(condition.Required.Where(m => IsRecords(m.Name)));
        var fields = condition.Conjuncts.Select(StoredField).ToList();
        RecordFields.AddRange(fields.OfType<FieldCondition>().Where(f => f.Text is not null));
        return fields.TrueForAll(IsChecked);
    }

    private void AddFields(HashSet<LineStage> checkedByStore)
    {
        // Why: a quantity that cannot be read is an error, and behind an error other quantities pass; texts before the parser may have made one as well.
        var mayHaveFailed = Stages.Take(JsonAt).Any(s => s is LabelFilter { Condition.MayFail: true });
        for (var i = JsonAt + 1; i < Stages.Count && Stages[i] is LabelFilter or LineFilter; i++)
        {
            var isChecked = true;
            foreach (var condition in Stages[i] is LabelFilter filter ? filter.Condition.Conjuncts : [])
            {
                var field = StoredField(condition);
                if (field is not null && (field.Text is not null || !mayHaveFailed))
                    Fields.Add(field);
                isChecked &= IsChecked(field);
                mayHaveFailed |= condition.MayFail;
            }
            if (isChecked)
                checkedByStore.Add(Stages[i]);
        }
    }

    // What is found out no store knows of.
    private FieldCondition? StoredField(LabelCondition condition) => condition.Labels.First() is var name && IsRecords(name) && !Found.Contains(name) ? condition.AsField : null;

    // Why not numbers: who meets no number has to say so. The mark of a label found out shows in no line.
    private static bool IsChecked(FieldCondition? field) => field is { Text: not null, Name: not LabelNames.Discovered };

    private static HashSet<string>? LabelsFor(IReadOnlyCollection<string>? answer, IReadOnlyList<LineStage> stages)
    {
        if (answer is null || stages.Any(s => s.NeedsAllLabels))
            return null;
        var wanted = new HashSet<string>(answer);
        wanted.UnionWith(stages.SelectMany(s => s.ReadsLabels));
        // A name with the suffix is made of the one without.
        foreach (var name in wanted.Where(IsPushedAside).ToList())
            wanted.Add(name[..^LineState.DuplicateSuffix.Length]);
        return wanted;
    }

    // A name with the suffix is made by the clash of two labels.
    private static bool IsPushedAside(string label) => label.EndsWith(LineState.DuplicateSuffix, StringComparison.Ordinal);

    // Errors are made by stages.
    private static bool IsRecords(string label) => label is not (ErrorLabels.Error or ErrorLabels.Details) && !IsPushedAside(label);

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
