namespace Bongsu.Query.LogQL.Stages;

/// <summary>Keeps lines whose labels pass a condition.</summary>
internal sealed class LabelFilter(LabelCondition condition) : LineStage
{
    public LabelCondition Condition => condition;

    public override IEnumerable<string> ReadsLabels => condition.Labels;

    public override bool Process(LineState line) => condition.Passes(line);

    public override string ToString() => $"| {condition}";
}
