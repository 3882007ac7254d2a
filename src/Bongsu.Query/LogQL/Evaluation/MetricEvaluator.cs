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
    private int _samples;

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
        var preservesErrors = PreservesErrors(expr, grouping);
        var all = new Dictionary<LabelSet, SampleSeries>();
        // Windows are open at the start and closed at the end.
        var from = stepsNanos[0] - expr.OffsetNanos - expr.RangeNanos + 1;
        var to = stepsNanos[^1] - expr.OffsetNanos + 1;
        await scan.RunAsync(expr.Log, from, to, newestFirst: false, Wanted(expr, grouping), line =>
        {
            if (TryValue(expr, line, out var value))
                Add(all, expr, grouping, line, value, preservesErrors);
            return true;
        }).ConfigureAwait(false);
        return expr.Operation == "absent_over_time" ? Absent(expr, all) : Windows(expr, all);
    }

    private void Add(Dictionary<LabelSet, SampleSeries> all, RangeAggregationExpr expr, Grouping? grouping, LineState line, double value, bool preservesErrors)
    {
        var labels = SeriesKey.OfLine(line, grouping, expr.Unwrap?.Label);
        if (line.Error is not null && !preservesErrors)
            throw new LogQlEvaluationException(QueryFailureKind.BadQuery, PipelineError(line));
        if (!all.TryGetValue(labels, out var series))
        {
            if (all.Count >= limits.MaxSeries)
                throw new LogQlEvaluationException(QueryFailureKind.BadQuery, TooManySeries(limits.MaxSeries));
            all[labels] = series = new SampleSeries();
        }
        if (++_samples > limits.MaxSamples)
            throw new LogQlEvaluationException(QueryFailureKind.Execution,
                $"query holds more than {limits.MaxSamples} samples; narrow the time range or the selector");
        series.Add(line.TimeUnixNano, value);
    }

    private static string PipelineError(LineState line) =>
        $"pipeline error: '{line.Error}' for series: '{SeriesKey.OfLine(line, null, null)}'.\n" +
        $"Use a label filter to intentionally skip this error. (e.g | __error__!=\"{line.Error}\").\n" +
        "To skip all potential errors you can match empty errors.(e.g __error__=\"\")\n" +
        "The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__=\"\" )\n";

    private static bool TryValue(RangeAggregationExpr expr, LineState line, out double value)
    {
        if (expr.Unwrap is not { } unwrap)
        {
            value = expr.Operation.StartsWith("bytes", StringComparison.Ordinal) ? line.Utf8.Length : 1;
            return true;
        }
        value = 0;
        if (!line.TryGet(unwrap.Label, out var text) || text.Length == 0)
            return false;
        if (!TryConvert(unwrap.Conversion, text, out value))
            line.Fail(ErrorLabels.SampleExtraction, $"\"{text}\" of label {unwrap.Label} is no {unwrap.Conversion.ToString().ToLowerInvariant()}");
        foreach (var filter in unwrap.PostFilters)
        {
            if (!filter.Process(line))
                return false;
        }
        return true;
    }

    private static bool TryConvert(UnwrapConversion conversion, string text, out double value)
    {
        switch (conversion)
        {
            case UnwrapConversion.Number:
                return LogQlUnits.TryNumber(text, out value);
            case UnwrapConversion.Bytes:
                return LogQlUnits.TryBytes(text, out value);
            default:
                var ok = LogQlUnits.TryDurationNanos(text, out var nanos);
                value = nanos / 1e9;
                return ok;
        }
    }

    // Who asks for errors gets them as labels; otherwise an error fails the query, for a sum over half of the lines would be wrong.
    private static bool PreservesErrors(RangeAggregationExpr expr, Grouping? grouping) =>
        grouping?.Labels.Contains(ErrorLabels.Error) == true
        || expr.Log.Stages.Any(s => s.ReadsLabels.Contains(ErrorLabels.Error));

    private static HashSet<string>? Wanted(RangeAggregationExpr expr, Grouping? grouping)
    {
        if (grouping is not { Without: false } || expr.Log.Stages.Any(s => s.NeedsAllLabels))
            return null;
        var wanted = new HashSet<string>(grouping.Labels);
        wanted.UnionWith(expr.Log.Stages.SelectMany(s => s.ReadsLabels));
        if (expr.Unwrap is { } unwrap)
        {
            wanted.Add(unwrap.Label);
            wanted.UnionWith(unwrap.PostFilters.SelectMany(s => s.ReadsLabels));
        }
        // A name with the suffix is made of the one without.
        foreach (var name in wanted.Where(n => n.EndsWith(LineState.DuplicateSuffix, StringComparison.Ordinal)).ToList())
            wanted.Add(name[..^LineState.DuplicateSuffix.Length]);
        return wanted;
    }

    private List<StepSeries> Windows(RangeAggregationExpr expr, Dictionary<LabelSet, SampleSeries> all)
    {
        var result = new List<StepSeries>();
        foreach (var (labels, samples) in all)
        {
            scan.CheckTime();
            samples.Sort();
            var series = new StepSeries(labels, stepsNanos.Length);
            int from = 0, to = 0;
            for (var step = 0; step < stepsNanos.Length; step++)
            {
                var end = stepsNanos[step] - expr.OffsetNanos;
                while (to < samples.Count && samples[to].TimeUnixNano <= end)
                    to++;
                while (from < to && samples[from].TimeUnixNano <= end - expr.RangeNanos)
                    from++;
                if (to > from)
                    series.Set(step, RangeFunction.Apply(expr.Operation, samples, from, to, expr.RangeNanos, expr.Parameter ?? 0));
            }
            result.Add(series);
        }
        return result;
    }

    private List<StepSeries> Absent(RangeAggregationExpr expr, Dictionary<LabelSet, SampleSeries> all)
    {
        var builder = new LabelSetBuilder();
        foreach (var matcher in expr.Log.Matchers)
        {
            if (matcher.Type == MatchType.Equal && expr.Log.Matchers.Count(m => m.Name == matcher.Name) == 1)
                builder.Set(matcher.Name, matcher.Value);
        }
        var absent = new StepSeries(builder.ToLabelSet(), stepsNanos.Length);
        var present = Windows(expr with { Operation = "count_over_time" }, all);
        for (var step = 0; step < stepsNanos.Length; step++)
        {
            var at = step;
            if (!present.Exists(s => s.Present[at]))
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
