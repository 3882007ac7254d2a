using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Parsing;

namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>rate, count_over_time, min_, max_, avg_ and sum_over_time. Where spans are counted, a step without any is 0; where they are measured, it has no value.</summary>
internal sealed class StepMetric : SpanMetric
{
    private readonly MetricStage _stage;
    private readonly MetricSteps _steps;
    private readonly TraceQlHints _hints;
    private readonly ExemplarSampler _exemplars;
    private readonly SpanGroups<Row> _groups;

    public StepMetric(MetricStage stage, MetricSteps steps, PointBudget budget, TraceQlHints hints, ExemplarSampler exemplars)
    {
        (_stage, _steps, _hints, _exemplars) = (stage, steps, hints, exemplars);
        _groups = new SpanGroups<Row>(stage.By, budget, () =>
        {
            budget.Take(2 * steps.Count);
            return new Row(new double[steps.Count], new double[steps.Count], []);
        });
        if (stage.Field is null && stage.By.Count == 0)
            _groups.Add();
    }

    public override void Add(TraceView spans, int span)
    {
        var step = _steps.IndexOf(spans.Span(span).StartUnixNano);
        double value = 1;
        if (step < 0 || (_stage.Field is { } field && !TryMeasure(field, spans, span, out value, out _)))
            return;
        var row = _groups.Of(spans, span);
        var weight = _hints.Extrapolate ? SpanWeight.Of(spans, span) : 1;
        var isFirst = row.Weights[step] == 0;
        row.Weights[step] += weight;
        row.Values[step] = _stage.Function switch
        {
            MetricFunction.MinOverTime => isFirst ? value : Math.Min(row.Values[step], value),
            MetricFunction.MaxOverTime => isFirst ? value : Math.Max(row.Values[step], value),
            _ => row.Values[step] + weight * value,
        };
        _exemplars.Sample(spans, span, _stage.Field is null ? double.NaN : value, row.Exemplars);
    }

    public override List<MetricSeries> Series()
    {
        var series = new List<MetricSeries>();
        foreach (var (labels, row) in _groups.All)
        {
            for (var step = 0; step < _steps.Count; step++)
                row.Values[step] = Point(row, step);
            series.Add(new MetricSeries(_stage.By.Count > 0 ? labels : [new(MetricSeries.NameLabel, TraceValue.OfText(MetricParser.NameOf(_stage.Function)))], row.Values, row.Exemplars));
        }
        return series;
    }

    private double Point(Row row, int step) => _stage.Function switch
    {
        MetricFunction.Rate => row.Values[step] / _steps.Seconds,
        MetricFunction.CountOverTime => row.Values[step],
        _ when row.Weights[step] == 0 => double.NaN,
        MetricFunction.AvgOverTime => row.Values[step] / row.Weights[step],
        _ => row.Values[step],
    };

    private sealed record Row(double[] Values, double[] Weights, List<TraceExemplar> Exemplars);
}
