using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>and, or, unless: series of one side kept or left out step by step, by whether the other side has a match.</summary>
internal static class SetOperators
{
    public static List<StepSeries> Apply(BinaryExpr expr, List<StepSeries> left, List<StepSeries> right, TimeGrid grid, QueryContext context)
    {
        var signatures = VectorVector.Signatures(expr.Matching);
        if (expr.Operator == BinaryOperator.Or)
        {
            var taken = Presence(left, signatures, grid, context);
            Filter(right, signatures, taken, keepMatched: false, grid, context);
            left.AddRange(right);
            ResultBuilder.Merge(left, grid, context);
            return left;
        }
        var matched = Presence(right, signatures, grid, context);
        Filter(left, signatures, matched, keepMatched: expr.Operator == BinaryOperator.And, grid, context);
        context.Return(right);
        return left;
    }

    private static Dictionary<LabelSet, bool[]> Presence(List<StepSeries> side, LabelProjection signatures, TimeGrid grid, QueryContext context)
    {
        var presence = new Dictionary<LabelSet, bool[]>();
        foreach (var series in side)
        {
            context.Check();
            var key = signatures.Of(series.Labels);
            if (!presence.TryGetValue(key, out var steps))
                presence[key] = steps = new bool[grid.Count];
            for (var i = 0; i < grid.Count; i++)
                steps[i] |= series.Has(i);
        }
        return presence;
    }

    private static void Filter(List<StepSeries> side, LabelProjection signatures, Dictionary<LabelSet, bool[]> presence, bool keepMatched, TimeGrid grid,
        QueryContext context)
    {
        foreach (var series in side)
        {
            context.Check();
            presence.TryGetValue(signatures.Of(series.Labels), out var steps);
            for (var i = 0; i < grid.Count; i++)
            {
                if ((steps is not null && steps[i]) != keepMatched)
                    series.Remove(i);
            }
        }
    }
}
