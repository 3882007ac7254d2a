using Bongsu.Query.TraceQL.Parsing;

namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>Ranking, comparison and arithmetic of series. Pure.</summary>
internal static class MetricEvaluation
{
    /// <summary>The metrics functions within an expression, from left to right.</summary>
    public static void Collect(MetricExpr expr, List<MetricSelect> into)
    {
        switch (expr)
        {
            case MetricSelect select:
                into.Add(select);
                break;
            case MetricBinary binary:
                Collect(binary.Left, into);
                Collect(binary.Right, into);
                break;
            case MetricRanking ranking:
                Collect(ranking.Of, into);
                break;
            case MetricFilter filter:
                Collect(filter.Of, into);
                break;
        }
    }

    public static IReadOnlyList<MetricSeries> Evaluate(MetricExpr expr, IReadOnlyDictionary<MetricSelect, IReadOnlyList<MetricSeries>> selected) => expr switch
    {
        MetricSelect select => selected[select],
        MetricRanking ranking => Rank(Evaluate(ranking.Of, selected), ranking),
        MetricFilter filter => [.. Evaluate(filter.Of, selected).Select(s => Map(s, v => Holds(v, filter) ? v : double.NaN))],
        MetricBinary { Right: MetricScalar scalar } binary => WithScalar(Evaluate(binary.Left, selected), v => Apply(binary.Operation, v, scalar.Value.AsDouble)),
        MetricBinary { Left: MetricScalar scalar } binary => WithScalar(Evaluate(binary.Right, selected), v => Apply(binary.Operation, scalar.Value.AsDouble, v)),
        MetricBinary binary => Combine(binary.Operation, Evaluate(binary.Left, selected), Evaluate(binary.Right, selected)),
        _ => throw new InvalidOperationException($"BUG: no evaluation of {expr.GetType().Name}."),
    };

    /// <summary>The series with their points; those without any are left out.</summary>
    public static List<TraceMetricSeries> Told(IReadOnlyList<MetricSeries> series, MetricSteps steps)
    {
        var told = new List<TraceMetricSeries>();
        foreach (var one in series)
        {
            var points = new List<(long, double)>();
            for (var step = 0; step < steps.Count; step++)
            {
                if (!double.IsNaN(one.Values[step]))
                    points.Add((steps.TimeMs(step), one.Values[step]));
            }
            if (points.Count > 0)
                told.Add(new TraceMetricSeries(one.Labels, points, Exemplars(one, steps)));
        }
        return told;
    }

    // An exemplar without a value of its own stands at the value of its step.
    private static List<TraceExemplar> Exemplars(MetricSeries series, MetricSteps steps)
    {
        var exemplars = new List<TraceExemplar>();
        foreach (var exemplar in series.Exemplars)
        {
            var step = steps.IndexOf(exemplar.TimestampMs * 1_000_000);
            if (step >= 0 && !double.IsNaN(series.Values[step]))
                exemplars.Add(double.IsNaN(exemplar.Value) ? exemplar with { Value = series.Values[step] } : exemplar);
        }
        exemplars.Sort(static (a, b) => a.TimestampMs.CompareTo(b.TimestampMs));
        return exemplars;
    }

    private static MetricSeries Map(MetricSeries series, Func<double, double> map) => series with { Values = Array.ConvertAll(series.Values, v => map(v)) };

    private static List<MetricSeries> WithScalar(IReadOnlyList<MetricSeries> series, Func<double, double> map) =>
        [.. series.Select(s => Map(s, map) with { Exemplars = [.. s.Exemplars.Select(e => e with { Value = map(e.Value) })] })];

    private static IReadOnlyList<MetricSeries> Rank(IReadOnlyList<MetricSeries> series, MetricRanking ranking)
    {
        if (series.Count <= ranking.Count)
            return series;
        var kept = series.Select(s => Map(s, _ => double.NaN)).ToList();
        var order = new List<int>(series.Count);
        for (var step = 0; step < series[0].Values.Length; step++)
        {
            order.Clear();
            for (var i = 0; i < series.Count; i++)
            {
                if (!double.IsNaN(series[i].Values[step]))
                    order.Add(i);
            }
            order.Sort((a, b) => Better(series[a], series[b], step, ranking.Largest));
            foreach (var i in order.Take(ranking.Count))
                kept[i].Values[step] = series[i].Values[step];
        }
        return kept;
    }

    // Equal values stand in the order of their labels, so that an answer is the same each time.
    private static int Better(MetricSeries a, MetricSeries b, int step, bool largest)
    {
        var order = a.Values[step].CompareTo(b.Values[step]);
        return order == 0 ? string.CompareOrdinal(a.Key, b.Key) : largest ? -order : order;
    }

    // Series of the same labels meet; the one without labels meets all.
    private static List<MetricSeries> Combine(char operation, IReadOnlyList<MetricSeries> left, IReadOnlyList<MetricSeries> right)
    {
        var lefts = left.ToDictionary(s => s.Key);
        var rights = right.ToDictionary(s => s.Key);
        var leads = rights.ContainsKey("") ? left : right;
        var combined = new List<MetricSeries>();
        foreach (var lead in leads)
        {
            if (!TryMeet(lefts, lead.Key, out var l) || !TryMeet(rights, lead.Key, out var r))
                continue;
            var values = new double[l.Values.Length];
            for (var step = 0; step < values.Length; step++)
                values[step] = Apply(operation, l.Values[step], r.Values[step]);
            var exemplars = l.Exemplars.Concat(r.Exemplars).Select(e => e with { Value = double.NaN });
            combined.Add(new MetricSeries(Labels(operation, l, r), values, [.. exemplars]));
        }
        return combined;
    }

    private static bool TryMeet(Dictionary<string, MetricSeries> series, string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MetricSeries? met) =>
        series.TryGetValue(key, out met) || series.TryGetValue("", out met);

    private static List<KeyValuePair<string, TraceValue>> Labels(char operation, MetricSeries left, MetricSeries right)
    {
        var labels = left.Labels.Where(l => l.Key != MetricSeries.NameLabel).ToList();
        if (labels.Count == 0)
            labels = [.. right.Labels.Where(l => l.Key != MetricSeries.NameLabel)];
        if (Name(left) is { } leftName && Name(right) is { } rightName)
            labels.Insert(0, new(MetricSeries.NameLabel, TraceValue.OfText($"({leftName} {operation} {rightName})")));
        return labels;
    }

    private static string? Name(MetricSeries series) => series.Labels.FirstOrDefault(l => l.Key == MetricSeries.NameLabel).Value.Text;

    private static double Apply(char operation, double left, double right) => operation switch
    {
        '+' => left + right,
        '-' => left - right,
        '*' => left * right,
        _ => right == 0 ? double.NaN : left / right,
    };

    private static bool Holds(double value, MetricFilter filter) => filter.Operation switch
    {
        "=" => value == filter.Threshold,
        "!=" => value != filter.Threshold,
        ">" => value > filter.Threshold,
        ">=" => value >= filter.Threshold,
        "<" => value < filter.Threshold,
        _ => value <= filter.Threshold,
    };
}
