using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Parsing;

namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>histogram_over_time: counts by bucket; each bucket ends at a power of two (durations: of nanoseconds, told in seconds), the lowest at 0.</summary>
internal sealed class HistogramMetric : SpanMetric
{
    private readonly MetricStage _stage;
    private readonly MetricSteps _steps;
    private readonly TraceQlHints _hints;
    private readonly ExemplarSampler _exemplars;
    private readonly PointBudget _budget;
    private readonly SpanGroups<Row> _groups;
    private int _buckets;

    public HistogramMetric(MetricStage stage, MetricSteps steps, PointBudget budget, TraceQlHints hints, ExemplarSampler exemplars)
    {
        (_stage, _steps, _hints, _exemplars, _budget) = (stage, steps, hints, exemplars, budget);
        _groups = new SpanGroups<Row>(stage.By, budget, () => new Row());
    }

    public override void Add(TraceView spans, int span)
    {
        var step = _steps.IndexOf(spans.Span(span).StartUnixNano);
        if (step < 0 || !TryMeasure(_stage.Field!, spans, span, out var value, out var isDuration))
            return;
        var bucket = BucketOf(value, isDuration);
        var row = _groups.Of(spans, span);
        if (!row.Buckets.TryGetValue(bucket, out var counts))
        {
            _budget.CheckSeries(++_buckets);
            _budget.Take(_steps.Count);
            row.Buckets[bucket] = counts = new Bucket(new double[_steps.Count], []);
        }
        counts.Counts[step] += _hints.Extrapolate ? SpanWeight.Of(spans, span) : 1;
        _exemplars.Sample(spans, span, double.NaN, counts.Exemplars);
    }

    public override List<MetricSeries> Series()
    {
        var series = new List<MetricSeries>();
        foreach (var (labels, row) in _groups.All)
        {
            foreach (var (bucket, counts) in row.Buckets)
                series.Add(new MetricSeries([.. labels, new("__bucket", TraceValue.OfFloat(bucket))], counts.Counts, counts.Exemplars));
        }
        return series;
    }

    private static double BucketOf(double value, bool isDuration)
    {
        var unit = isDuration ? 1e9 : 1;
        return value <= 0 ? 0 : Math.Pow(2, Math.Ceiling(Math.Log2(isDuration ? Math.Round(value * unit) : value))) / unit;
    }

    private sealed record Row
    {
        public SortedDictionary<double, Bucket> Buckets { get; } = [];
    }

    private sealed record Bucket(double[] Counts, List<TraceExemplar> Exemplars);
}
