using Bongsu.Query.TraceQL.Parsing;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>Folds matching spans into steps by their start time, for metrics queries. Not thread-safe.</summary>
internal sealed class MetricBuckets(MetricStage stage, long startNanos, long endNanos, long stepNanos, int maxSeries)
{
    private readonly Dictionary<string, Row> _rows = [];
    private readonly int _steps = (int)((endNanos - startNanos + stepNanos - 1) / stepNanos);

    public void Add(TraceView trace, int span)
    {
        var start = trace.Span(span).StartUnixNano;
        if (start < startNanos || start >= endNanos)
            return;
        double value = 1;
        if (stage.Field is not null)
        {
            var field = SpanEvaluation.Evaluate(stage.Field, trace, span);
            if (!field.IsNumber)
                return;
            value = field.Type == TraceValueKind.Duration ? field.Whole / 1e9 : field.AsDouble;
        }
        var labels = stage.By.Select(b => new KeyValuePair<string, TraceValue>(b.Text, SpanEvaluation.Evaluate(b.Field, trace, span))).ToList();
        var key = string.Join('\0', labels.Select(l => $"{(int)l.Value.Type}{l.Value}"));
        if (!_rows.TryGetValue(key, out var row))
        {
            if (_rows.Count >= maxSeries)
                throw new TraceQlEvaluationException(QueryFailureKind.Execution, $"metrics query gives more than {maxSeries} series; group by fewer fields");
            _rows[key] = row = new Row(labels, new double[_steps], new long[_steps]);
        }
        row.Add((int)((start - startNanos) / stepNanos), value, stage.Operation);
    }

    public TraceMetrics Result() => new([.. _rows.Values.Select(row => new TraceMetricSeries(row.Labels, Points(row)))]);

    private List<(long, double)> Points(Row row)
    {
        var points = new List<(long, double)>();
        for (var step = 0; step < _steps; step++)
        {
            if (row.Counts[step] == 0)
                continue;
            var value = stage.Operation switch
            {
                "rate" => row.Values[step] / (stepNanos / 1e9),
                "avg_over_time" => row.Values[step] / row.Counts[step],
                _ => row.Values[step],
            };
            points.Add(((startNanos + step * stepNanos) / 1_000_000, value));
        }
        return points;
    }

    private sealed record Row(List<KeyValuePair<string, TraceValue>> Labels, double[] Values, long[] Counts)
    {
        public void Add(int step, double value, string operation)
        {
            Values[step] = operation switch
            {
                "min_over_time" => Counts[step] == 0 ? value : Math.Min(Values[step], value),
                "max_over_time" => Counts[step] == 0 ? value : Math.Max(Values[step], value),
                _ => Values[step] + value,
            };
            Counts[step]++;
        }
    }
}
