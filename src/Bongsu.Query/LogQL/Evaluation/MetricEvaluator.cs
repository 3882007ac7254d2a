using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Series of a (sub)expression over the steps of the query; NaN-marked gaps are in <see cref="Present"/>.</summary>
internal sealed class StepSeries(LabelSet labels, int steps)
{
    public LabelSet Labels { get; } = labels;
    public double[] Values { get; } = new double[steps];
    public bool[] Present { get; } = new bool[steps];

    public void Set(int step, double value)
    {
        Values[step] = value;
        Present[step] = true;
    }
}

/// <summary>Evaluates metric expressions at every step at once. One instance per query.</summary>
internal sealed class MetricEvaluator(LineScan scan, LogQlLimits limits, long[] stepsNanos)
{
    public async ValueTask<List<StepSeries>> EvaluateAsync(LogQlExpr expr)
    {
        switch (expr)
        {
            case NumberExpr number: return [Constant(number.Value)];
            case VectorExpr vector: return [Constant(vector.Value)];
            case RangeAggregationExpr range: return await RangeAsync(range, null).ConfigureAwait(false);
            case VectorAggregationExpr vector: return await VectorAsync(vector).ConfigureAwait(false);
            case LabelReplaceExpr replace: return LabelReplace(await EvaluateAsync(replace.Inner).ConfigureAwait(false), replace);
            case BinaryExpr binary:
                var left = await EvaluateAsync(binary.Left).ConfigureAwait(false);
                var right = await EvaluateAsync(binary.Right).ConfigureAwait(false);
                return BinaryOperation.Apply(binary, left, right, stepsNanos.Length);
            default: throw new InvalidOperationException($"BUG: no evaluation of {expr.GetType().Name}.");
        }
    }

    /// <summary>Whether an expression is a number, not a vector.</summary>
    public static bool IsScalar(LogQlExpr expr) => expr switch
    {
        NumberExpr => true,
        BinaryExpr binary => IsScalar(binary.Left) && IsScalar(binary.Right),
        _ => false,
    };

    public static string TooManySeries(int limit) =>
        $"maximum number of series ({limit}) reached for a single query; consider reducing query cardinality by adding more specific stream selectors, reducing the time range, or aggregating results with functions like sum(), count() or topk()";

    private StepSeries Constant(double value)
    {
        var series = new StepSeries(LabelSet.Empty, stepsNanos.Length);
        for (var step = 0; step < stepsNanos.Length; step++)
            series.Set(step, value);
        return series;
    }

    // A sum over counts can group the lines themselves: no series is made that the sum would fold away.
    private async ValueTask<List<StepSeries>> VectorAsync(VectorAggregationExpr expr)
    {
        var pushDown = expr is
        {
            Operation: "sum", Inner: RangeAggregationExpr
            {
                Grouping: null,
                Operation: "count_over_time" or "rate" or "bytes_over_time" or "bytes_rate" or "sum_over_time",
            }
        };
        var input = pushDown
            ? await RangeAsync((RangeAggregationExpr)expr.Inner, expr.Grouping ?? new Grouping(false, [])).ConfigureAwait(false)
            : await EvaluateAsync(expr.Inner).ConfigureAwait(false);
        return VectorAggregation.Apply(expr, input, stepsNanos.Length);
    }

    private async ValueTask<List<StepSeries>> RangeAsync(RangeAggregationExpr expr, Grouping? pushed)
    {
        var grouping = expr.Grouping ?? pushed;
        var windows = new StepWindows(stepsNanos, expr.RangeNanos, expr.OffsetNanos);
        // Windows are open at the start and closed at the end.
        var from = windows.EndOf(0) - expr.RangeNanos + 1;
        var to = windows.EndOf(windows.Count - 1) + 1;
        var answer = Answer(expr, grouping);
        if (WindowCounts.CanCount(expr))
        {
            var counts = new WindowCounts(expr, grouping, windows, limits.MaxSeries);
            await scan.RunAsync(expr.Log, from, to, newestFirst: false, answer, counts.ReadsLines, counts.Take, counts).ConfigureAwait(false);
            return OrAbsent(expr, counts.Steps(scan.CheckTime));
        }
        if (WindowFolds.Of(expr.Operation) is { } operation)
        {
            var folds = new WindowFolds(expr, operation, grouping, windows, limits.MaxSeries);
            await scan.RunAsync(expr.Log, from, to, newestFirst: false, answer, readsLines: false, folds.Take).ConfigureAwait(false);
            return OrAbsent(expr, folds.Steps(scan.CheckTime));
        }
        var samples = new WindowSamples(expr, grouping, windows, limits);
        await scan.RunAsync(expr.Log, from, to, newestFirst: false, answer, readsLines: false, samples.Take).ConfigureAwait(false);
        return samples.Steps(scan.CheckTime);
    }

    /// <summary>The labels that samples are made of; null when all are.</summary>
    public static HashSet<string>? Answer(RangeAggregationExpr expr, Grouping? grouping)
    {
        if (grouping is not { Without: false })
            return null;
        var answer = new HashSet<string>(grouping.Labels);
        if (expr.Unwrap is { } unwrap)
        {
            answer.Add(unwrap.Label);
            answer.UnionWith(unwrap.PostFilters.SelectMany(s => s.ReadsLabels));
        }
        return answer;
    }

    private List<StepSeries> OrAbsent(RangeAggregationExpr expr, List<StepSeries> counted)
    {
        if (expr.Operation != "absent_over_time")
            return counted;
        var builder = new LabelSetBuilder();
        foreach (var matcher in expr.Log.Matchers)
        {
            if (matcher.Type == MatchType.Equal && expr.Log.Matchers.Count(m => m.Name == matcher.Name) == 1)
                builder.Set(matcher.Name, matcher.Value);
        }
        var absent = new StepSeries(builder.ToLabelSet(), stepsNanos.Length);
        for (var step = 0; step < stepsNanos.Length; step++)
        {
            var at = step;
            if (!counted.Exists(s => s.Present[at]))
                absent.Set(step, 1);
        }
        return [absent];
    }

    private List<StepSeries> LabelReplace(List<StepSeries> input, LabelReplaceExpr expr)
    {
        var result = new List<StepSeries>();
        var seen = new HashSet<LabelSet>();
        foreach (var series in input)
        {
            var match = expr.Regex.Match(series.Labels.Get(expr.Source) ?? "");
            var labels = series.Labels;
            if (match.Success)
                labels = new LabelSetBuilder(labels).Set(expr.Target, expr.Template.Expand(match)).ToLabelSet();
            if (!seen.Add(labels))
                throw new LogQlEvaluationException(QueryFailureKind.BadQuery, "duplicate series: label_replace gave two series the same labels");
            var replaced = new StepSeries(labels, stepsNanos.Length);
            series.Values.CopyTo(replaced.Values, 0);
            series.Present.CopyTo(replaced.Present, 0);
            result.Add(replaced);
        }
        return result;
    }
}
