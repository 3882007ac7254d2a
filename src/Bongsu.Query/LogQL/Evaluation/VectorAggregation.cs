using Bongsu.Query.LogQL.Parsing;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Folds series into groups at every step: sum, avg, min, max, count, deviations; picks and orders: topk, bottomk, sort. An approx_topk is exact here. Pure.</summary>
internal static class VectorAggregation
{
    public static List<StepSeries> Apply(VectorAggregationExpr expr, List<StepSeries> input, int steps)
    {
        if (expr.Operation is "sort" or "sort_desc")
            return Sort(input, expr.Operation == "sort_desc");
        var groups = new Dictionary<LabelSet, List<StepSeries>>();
        foreach (var series in input)
        {
            var key = SeriesKey.Group(series.Labels, expr.Grouping);
            if (!groups.TryGetValue(key, out var members))
                groups[key] = members = [];
            members.Add(series);
        }
        var result = new List<StepSeries>();
        foreach (var (labels, members) in groups)
        {
            if (expr.TakesParameter)
                result.AddRange(Pick(members, expr.Parameter, expr.Operation != "bottomk", steps));
            else
                result.Add(Fold(labels, members, expr.Operation, steps));
        }
        return result;
    }

    private static StepSeries Fold(LabelSet labels, List<StepSeries> members, string operation, int steps)
    {
        var folded = new StepSeries(labels, steps);
        var values = new List<double>();
        for (var step = 0; step < steps; step++)
        {
            values.Clear();
            foreach (var member in members)
            {
                if (member.Present[step])
                    values.Add(member.Values[step]);
            }
            if (values.Count > 0)
                folded.Set(step, Fold(values, operation));
        }
        return folded;
    }

    private static double Fold(List<double> values, string operation) => operation switch
    {
        "sum" => values.Sum(),
        "avg" => values.Sum() / values.Count,
        "min" => values.Min(),
        "max" => values.Max(),
        "count" => values.Count,
        "stdvar" => Variance(values),
        "stddev" => Math.Sqrt(Variance(values)),
        _ => throw new InvalidOperationException($"BUG: vector operation {operation} passed the parser."),
    };

    private static double Variance(List<double> values)
    {
        var mean = values.Sum() / values.Count;
        return values.Sum(v => (v - mean) * (v - mean)) / values.Count;
    }

    private static List<StepSeries> Pick(List<StepSeries> members, int count, bool largest, int steps)
    {
        var picked = members.ConvertAll(m => new StepSeries(m.Labels, steps));
        for (var step = 0; step < steps; step++)
        {
            var at = step;
            var present = Enumerable.Range(0, members.Count).Where(i => members[i].Present[at]);
            var ordered = largest ? present.OrderByDescending(i => members[i].Values[at]) : present.OrderBy(i => members[i].Values[at]);
            foreach (var i in ordered.Take(count))
                picked[i].Set(step, members[i].Values[step]);
        }
        picked.RemoveAll(s => !s.Present.Contains(true));
        // An instant query shows the picked in their order.
        if (steps == 1)
            picked = Sort(picked, largest);
        return picked;
    }

    private static List<StepSeries> Sort(List<StepSeries> input, bool descending) =>
        [.. descending ? input.OrderByDescending(s => s.Values[0]) : input.OrderBy(s => s.Values[0])];
}
