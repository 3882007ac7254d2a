using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Parsing;

namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>Folds spans into the series of one metrics function. Not thread-safe.</summary>
internal abstract class SpanMetric
{
    public static SpanMetric Of(MetricStage stage, MetricSteps steps, PointBudget budget, TraceQlHints hints, ExemplarSampler exemplars) => stage.Function switch
    {
        MetricFunction.QuantileOverTime => new QuantileMetric(stage, steps, budget, hints, exemplars),
        MetricFunction.HistogramOverTime => new HistogramMetric(stage, steps, budget, hints, exemplars),
        MetricFunction.Compare => new CompareMetric(stage.Compare!, steps, budget, hints),
        _ => new StepMetric(stage, steps, budget, hints, exemplars),
    };

    /// <summary>Takes in a span that starts within the steps.</summary>
    public abstract void Add(TraceView spans, int span);

    public abstract List<MetricSeries> Series();

    /// <summary>The number that a field has on a span; durations in seconds. Of several, the first number.</summary>
    protected static bool TryMeasure(FieldExpr field, TraceView spans, int span, out double value, out bool isDuration)
    {
        var measured = SpanEvaluation.Evaluate(field, spans, span);
        while (measured.Items is { Count: > 0 } items)
            measured = items[0];
        isDuration = measured.Type == TraceValueKind.Duration;
        value = isDuration ? measured.Whole / 1e9 : measured.AsDouble;
        return measured.IsNumber && !double.IsNaN(value);
    }
}
