using Bongsu.Query.TraceQL.Parsing;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>Some spans of a trace by index, ascending, and the values that they were grouped by.</summary>
internal sealed record Spanset(List<int> Spans, IReadOnlyList<(string Text, TraceValue Value)> By);

/// <summary>Evaluates span set expressions over one trace, whose <see cref="TraceView.CheckTime"/> it asks at every step.</summary>
internal static class SpansetEvaluation
{
    private static readonly IReadOnlyList<(string, TraceValue)> Ungrouped = [];

    public static List<Spanset> Run(SpansetPipeline pipeline, TraceView trace)
    {
        var all = new List<int>(trace.Count);
        for (var i = 0; i < trace.Count; i++)
            all.Add(i);
        var sets = new List<Spanset> { new(all, Ungrouped) };
        foreach (var stage in pipeline.Stages)
        {
            sets = Run(stage, trace, sets);
            if (sets.Count == 0)
                break;
        }
        return sets;
    }

    private static List<Spanset> Run(PipelineStage stage, TraceView trace, List<Spanset> sets)
    {
        trace.CheckTime();
        switch (stage)
        {
            case SpansetStage spanset:
                return Kept(sets.Select(s => s with { Spans = Pick(spanset.Spanset, trace, s.Spans) }));
            case ScalarFilterStage filter:
                return Kept(sets.Where(s => ScalarEvaluation.Passes(filter, trace, s.Spans)));
            case GroupStage group:
                return [.. sets.SelectMany(s => Group(group, trace, s))];
            case CoalesceStage:
                return [new Spanset([.. sets.SelectMany(s => s.Spans).Distinct().Order()], Ungrouped)];
            default:
                return sets;
        }
    }

    private static List<Spanset> Kept(IEnumerable<Spanset> sets) => [.. sets.Where(s => s.Spans.Count > 0)];

    private static IEnumerable<Spanset> Group(GroupStage group, TraceView trace, Spanset set) =>
        set.Spans.GroupBy(i => SpanEvaluation.Evaluate(group.By, trace, i)).Select(g => new Spanset([.. g], [.. set.By, (group.Text, g.Key)]));

    private static List<int> Pick(SpansetExpr expr, TraceView trace, List<int> spans)
    {
        trace.CheckTime();
        switch (expr)
        {
            case SpansetFilter filter:
                return spans.FindAll(i => SpanEvaluation.Passes(filter.Condition, trace, i));
            case SpansetPipeline pipeline:
                return Picked(pipeline, trace, spans);
            case SpansetBinary binary:
                var left = Pick(binary.Left, trace, spans);
                var right = Pick(binary.Right, trace, spans);
                return Combine(binary.Operation, left, right, trace);
            default:
                throw new InvalidOperationException($"BUG: no evaluation of {expr.GetType().Name}.");
        }
    }

    private static List<int> Picked(SpansetPipeline pipeline, TraceView trace, List<int> spans)
    {
        var sets = new List<Spanset> { new(spans, Ungrouped) };
        foreach (var stage in pipeline.Stages)
            sets = Run(stage, trace, sets);
        return [.. sets.SelectMany(s => s.Spans).Distinct().Order()];
    }

    private static List<int> Combine(string operation, List<int> left, List<int> right, TraceView trace)
    {
        if (operation == "||")
            return [.. left.Union(right).Order()];
        if (left.Count == 0 || right.Count == 0)
            return [];
        if (operation == "&&")
            return [.. left.Union(right).Order()];
        if (operation[0] == '&')
        {
            var relation = operation[1..];
            return [.. SpanRelations.Related(relation, left, right, trace).Union(SpanRelations.Related(Inverse(relation), right, left, trace)).Order()];
        }
        if (operation[0] == '!')
        {
            var related = SpanRelations.Related(operation[1..], left, right, trace).ToHashSet();
            return right.FindAll(i => !related.Contains(i));
        }
        return SpanRelations.Related(operation, left, right, trace);
    }

    private static string Inverse(string relation) => relation switch { ">" => "<", "<" => ">", ">>" => "<<", "<<" => ">>", _ => relation };
}
