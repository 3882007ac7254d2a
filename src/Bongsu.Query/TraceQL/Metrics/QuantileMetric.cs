using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Parsing;

namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>quantile_over_time: a series for each quantile, named by the label p.</summary>
internal sealed class QuantileMetric : SpanMetric
{
    private readonly MetricStage _stage;
    private readonly MetricSteps _steps;
    private readonly TraceQlHints _hints;
    private readonly ExemplarSampler _exemplars;
    private readonly PointBudget _budget;
    private readonly SpanGroups<Row> _groups;

    public QuantileMetric(MetricStage stage, MetricSteps steps, PointBudget budget, TraceQlHints hints, ExemplarSampler exemplars)
    {
        (_stage, _steps, _hints, _exemplars, _budget) = (stage, steps, hints, exemplars, budget);
        _groups = new SpanGroups<Row>(stage.By, budget, () =>
        {
            budget.Take(steps.Count * (stage.Quantiles.Count + 1));
            return new Row(new LogSketch?[steps.Count], []);
        });
    }

    public override void Add(TraceView spans, int span)
    {
        var step = _steps.IndexOf(spans.Span(span).StartUnixNano);
        if (step < 0 || !TryMeasure(_stage.Field!, spans, span, out var value, out _))
            return;
        var row = _groups.Of(spans, span);
        var sketch = row.Steps[step] ??= new LogSketch();
        var buckets = sketch.BucketCount;
        sketch.Add(value, _hints.Extrapolate ? SpanWeight.Of(spans, span) : 1);
        _budget.Take(sketch.BucketCount - buckets);
        _exemplars.Sample(spans, span, value, row.Exemplars);
    }

    public override List<MetricSeries> Series()
    {
        _budget.CheckSeries(_groups.All.Count() * _stage.Quantiles.Count);
        var series = new List<MetricSeries>();
        foreach (var (labels, row) in _groups.All)
        {
            var values = _stage.Quantiles.Select(q => Array.ConvertAll(row.Steps, s => s?.Quantile(q) ?? double.NaN)).ToList();
            for (var i = 0; i < values.Count; i++)
            {
                var quantile = i;
                series.Add(new MetricSeries([.. labels, new("p", TraceValue.OfFloat(_stage.Quantiles[i]))], values[i],
                    [.. row.Exemplars.Where(e => QuantileOf(e, values) == quantile)]));
            }
        }
        return series;
    }

    // The quantile that an exemplar stands for: the lowest not below its value in its step, else the highest.
    private int QuantileOf(TraceExemplar exemplar, List<double[]> values)
    {
        var step = _steps.IndexOf(exemplar.TimestampMs * 1_000_000);
        int lowest = -1, highest = 0;
        for (var i = 0; i < values.Count && step >= 0; i++)
        {
            if (values[i][step] >= exemplar.Value && (lowest < 0 || values[i][step] < values[lowest][step]))
                lowest = i;
            if (values[i][step] > values[highest][step])
                highest = i;
        }
        return lowest < 0 ? highest : lowest;
    }

    private sealed record Row(LogSketch?[] Steps, List<TraceExemplar> Exemplars);
}
