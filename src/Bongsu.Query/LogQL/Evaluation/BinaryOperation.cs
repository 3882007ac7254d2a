using Bongsu.Query.LogQL.Parsing;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Arithmetic, comparison and set operations between scalars and vectors, matched as Prometheus does. Pure.</summary>
internal static class BinaryOperation
{
    public static List<StepSeries> Apply(BinaryExpr expr, List<StepSeries> left, List<StepSeries> right, int steps)
    {
        bool leftScalar = MetricEvaluator.IsScalar(expr.Left), rightScalar = MetricEvaluator.IsScalar(expr.Right);
        if (leftScalar && rightScalar)
            return [Combine(expr, left[0], right[0], LabelSet.Empty, steps, keepComparison: true)];
        if (rightScalar)
            return Each(left, s => Combine(expr, s, right[0], s.Labels, steps, keepComparison: false));
        if (leftScalar)
            return Each(right, s => Combine(expr, left[0], s, s.Labels, steps, keepComparison: false, valueOfRight: true));
        return expr.Operation is "and" or "or" or "unless" ? Sets(expr, left, right, steps) : Match(expr, left, right, steps);
    }

    private static List<StepSeries> Each(List<StepSeries> input, Func<StepSeries, StepSeries> combine) =>
        [.. input.Select(combine).Where(s => s.Present.Contains(true))];

    private static StepSeries Combine(BinaryExpr expr, StepSeries left, StepSeries right, LabelSet labels, int steps, bool keepComparison, bool valueOfRight = false)
    {
        var result = new StepSeries(labels, steps);
        for (var step = 0; step < steps; step++)
        {
            if (left.Present[step] && right.Present[step]
                && TryCompute(expr, left.Values[step], right.Values[step], keepComparison, valueOfRight, out var value))
                result.Set(step, value);
        }
        return result;
    }

    private static bool TryCompute(BinaryExpr expr, double left, double right, bool keepComparison, bool valueOfRight, out double value)
    {
        value = expr.Operation switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => left / right,
            "%" => left % right,
            "^" => Math.Pow(left, right),
            _ => 0,
        };
        if (expr.Operation is "+" or "-" or "*" or "/" or "%" or "^")
            return true;
        var holds = expr.Operation switch
        {
            "==" => left == right,
            "!=" => left != right,
            ">" => left > right,
            ">=" => left >= right,
            "<" => left < right,
            _ => left <= right,
        };
        value = expr.ReturnBool || keepComparison ? (holds ? 1 : 0) : valueOfRight ? right : left;
        return holds || expr.ReturnBool || keepComparison;
    }

    private static LabelSet Signature(LabelSet labels, VectorMatching? matching) =>
        matching is null ? labels : SeriesKey.Pick(labels, matching.Labels, matching.On);

    private static List<StepSeries> Sets(BinaryExpr expr, List<StepSeries> left, List<StepSeries> right, int steps)
    {
        var others = right.ToLookup(s => Signature(s.Labels, expr.Matching));
        var result = new List<StepSeries>();
        if (expr.Operation == "or")
        {
            result.AddRange(left);
            var mine = left.ToLookup(s => Signature(s.Labels, expr.Matching));
            result.AddRange(right.Select(s => Masked(s, mine[Signature(s.Labels, expr.Matching)], wanted: false, steps)));
        }
        else
        {
            result.AddRange(left.Select(s => Masked(s, others[Signature(s.Labels, expr.Matching)], expr.Operation == "and", steps)));
        }
        return Merge(result, steps);
    }

    private static StepSeries Masked(StepSeries series, IEnumerable<StepSeries> others, bool wanted, int steps)
    {
        var result = new StepSeries(series.Labels, steps);
        for (var step = 0; step < steps; step++)
        {
            var at = step;
            if (series.Present[step] && others.Any(o => o.Present[at]) == wanted)
                result.Set(step, series.Values[step]);
        }
        return result;
    }

    // `or` may give the same labels from both sides, never at one step.
    private static List<StepSeries> Merge(List<StepSeries> input, int steps)
    {
        var merged = new Dictionary<LabelSet, StepSeries>();
        foreach (var series in input)
        {
            if (!series.Present.Contains(true))
                continue;
            if (!merged.TryGetValue(series.Labels, out var into))
                merged[series.Labels] = into = new StepSeries(series.Labels, steps);
            for (var step = 0; step < steps; step++)
            {
                if (series.Present[step])
                    into.Set(step, series.Values[step]);
            }
        }
        return [.. merged.Values];
    }

    private static List<StepSeries> Match(BinaryExpr expr, List<StepSeries> left, List<StepSeries> right, int steps)
    {
        var matching = expr.Matching;
        var swap = matching?.GroupRight == true;
        var many = swap ? right : left;
        var one = Unique(swap ? left : right, matching, swap ? "left" : "right");
        var isGrouped = matching is { GroupLeft: true } or { GroupRight: true };
        var used = new HashSet<LabelSet>();
        var result = new List<StepSeries>();
        foreach (var series in many)
        {
            var signature = Signature(series.Labels, matching);
            if (!one.TryGetValue(signature, out var other))
                continue;
            if (!isGrouped && !used.Add(signature))
                throw new LogQlEvaluationException(QueryFailureKind.BadQuery,
                    $"multiple matches for labels: many-to-one matching must be explicit (group_left/group_right); labels {signature}");
            var combined = Combine(expr, swap ? other : series, swap ? series : other, ResultLabels(expr, series, other, isGrouped), steps, keepComparison: false);
            if (combined.Present.Contains(true))
                result.Add(combined);
        }
        if (result.Select(s => s.Labels).Distinct().Count() != result.Count)
            throw new LogQlEvaluationException(QueryFailureKind.BadQuery, "multiple matches for labels: grouping labels must ensure unique matches");
        return result;
    }

    private static Dictionary<LabelSet, StepSeries> Unique(List<StepSeries> side, VectorMatching? matching, string name)
    {
        var found = new Dictionary<LabelSet, StepSeries>();
        foreach (var series in side)
        {
            var signature = Signature(series.Labels, matching);
            if (!found.TryAdd(signature, series))
                throw new LogQlEvaluationException(QueryFailureKind.BadQuery,
                    $"found duplicate series for the match group {signature} on the {name} hand-side of the operation; many-to-many matching not allowed: matching labels must be unique on one side");
        }
        return found;
    }

    private static LabelSet ResultLabels(BinaryExpr expr, StepSeries many, StepSeries one, bool isGrouped)
    {
        var matching = expr.Matching;
        if (matching is null)
            return many.Labels;
        if (!isGrouped)
            return SeriesKey.Pick(many.Labels, matching.Labels, matching.On);
        var builder = new LabelSetBuilder(many.Labels);
        foreach (var name in matching.Include)
            builder.Set(name, one.Labels.Get(name) ?? "");
        return builder.ToLabelSet();
    }
}
