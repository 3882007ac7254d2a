using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Folds unwrapped values into the windows of each series as they come, and keeps none. Not thread-safe.</summary>
internal sealed class WindowFolds(RangeAggregationExpr expr, RangeFold operation, Grouping? grouping, StepWindows windows, int maxSeries)
{
    private readonly SeriesTable<FoldSeries> _series = new(grouping, expr.Unwrap!.Label, maxSeries);
    private readonly PipelineErrors _errors = new(expr, grouping);
    private readonly UnwrappedValue _value = new(expr.Unwrap!);

    /// <summary>How an operation on values folds them; null: it needs them all.</summary>
    public static RangeFold? Of(string operation) => operation switch
    {
        "rate" or "sum_over_time" or "absent_over_time" => RangeFold.Sum,
        "avg_over_time" => RangeFold.Average,
        "min_over_time" => RangeFold.Min,
        "max_over_time" => RangeFold.Max,
        "first_over_time" => RangeFold.First,
        "last_over_time" => RangeFold.Last,
        "stdvar_over_time" => RangeFold.Variance,
        "stddev_over_time" => RangeFold.Deviation,
        _ => null,
    };

    public bool Take(LineState line)
    {
        if (!_value.TryRead(line, out var value))
            return true;
        _errors.Check(line);
        windows.Seek(line.TimeUnixNano);
        _series.Of(line).Add(windows.First, windows.End, operation, value);
        return true;
    }

    /// <summary>The values of all windows; <paramref name="checkTime"/> is called for each series.</summary>
    public List<StepSeries> Steps(Action checkTime)
    {
        var result = new List<StepSeries>(_series.All.Count);
        foreach (var (labels, series) in _series.All)
        {
            checkTime();
            var steps = new StepSeries(labels, windows.Count);
            series.Write(steps, operation, expr.Operation == "rate" ? windows.RangeNanos / 1e9 : 1);
            result.Add(steps);
        }
        return result;
    }
}
