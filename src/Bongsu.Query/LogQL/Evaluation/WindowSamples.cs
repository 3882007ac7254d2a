using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Keeps the unwrapped values of each series, for operations that need all of a window at once. Not thread-safe.</summary>
internal sealed class WindowSamples(RangeAggregationExpr expr, Grouping? grouping, StepWindows windows, LogQlLimits limits)
{
    private readonly SeriesTable<SampleSeries> _series = new(grouping, expr.Unwrap!.Label, limits.MaxSeries);
    private readonly PipelineErrors _errors = new(expr, grouping);
    private readonly UnwrappedValue _value = new(expr.Unwrap!);
    private int _samples;

    public bool Take(LineState line)
    {
        if (!_value.TryRead(line, out var value))
            return true;
        _errors.Check(line);
        var series = _series.Of(line);
        if (++_samples > limits.MaxSamples)
            throw new LogQlEvaluationException(QueryFailureKind.Execution,
                $"query holds more than {limits.MaxSamples} samples; narrow the time range or the selector");
        series.Add(line.TimeUnixNano, value);
        return true;
    }

    /// <summary>The values of all windows; <paramref name="checkTime"/> is called for each series.</summary>
    public List<StepSeries> Steps(Action checkTime)
    {
        var result = new List<StepSeries>(_series.All.Count);
        var function = new RangeFunction(expr.Operation, windows.RangeNanos, expr.Parameter ?? 0);
        foreach (var (labels, samples) in _series.All)
        {
            checkTime();
            result.Add(Steps(labels, samples.Sorted(), function));
        }
        return result;
    }

    private StepSeries Steps(LabelSet labels, ReadOnlySpan<Sample> samples, RangeFunction function)
    {
        var steps = new StepSeries(labels, windows.Count);
        int from = 0, to = 0;
        for (var step = 0; step < windows.Count; step++)
        {
            var end = windows.EndOf(step);
            while (to < samples.Length && samples[to].TimeUnixNano <= end)
                to++;
            while (from < to && samples[from].TimeUnixNano <= end - windows.RangeNanos)
                from++;
            if (to > from)
                steps.Set(step, function.Apply(samples[from..to]));
        }
        return steps;
    }
}
