using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Counts lines or their bytes in the windows of each series as they come, and keeps none: count_over_time, rate, bytes_over_time, bytes_rate. Not thread-safe.</summary>
internal sealed class WindowCounts(RangeAggregationExpr expr, Grouping? grouping, StepWindows windows, int maxSeries)
{
    private readonly SeriesTable<CountSeries> _series = new(grouping, null, maxSeries);
    private readonly PipelineErrors _errors = new(expr, grouping);

    public static bool CanCount(RangeAggregationExpr expr) =>
        expr is { Unwrap: null, Operation: "count_over_time" or "rate" or "bytes_over_time" or "bytes_rate" or "absent_over_time" };

    public bool ReadsLines { get; } = expr.Operation is "bytes_over_time" or "bytes_rate";

    public bool Take(LineState line)
    {
        Add(SeriesOf(line), line.TimeUnixNano, ReadsLines ? line.Utf8.Length : 0);
        return true;
    }

    public CountSeries SeriesOf(LineState line)
    {
        _errors.Check(line);
        return _series.Of(line);
    }

    public void Add(CountSeries series, long timeUnixNano, int bytes)
    {
        windows.Seek(timeUnixNano);
        series.Add(windows.First, windows.End, bytes);
    }

    /// <summary>The values of all windows; <paramref name="checkTime"/> is called for each series.</summary>
    public List<StepSeries> Steps(Action checkTime)
    {
        var result = new List<StepSeries>(_series.All.Count);
        var divisor = expr.Operation is "rate" or "bytes_rate" ? windows.RangeNanos / 1e9 : 1;
        foreach (var (labels, series) in _series.All)
        {
            checkTime();
            var steps = new StepSeries(labels, windows.Count);
            series.Write(steps, ReadsLines, divisor);
            result.Add(steps);
        }
        return result;
    }
}
