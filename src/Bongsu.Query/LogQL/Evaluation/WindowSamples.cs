using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Keeps the unwrapped values of each series and applies a range function to those of each window. Not thread-safe.</summary>
internal sealed class WindowSamples(RangeAggregationExpr expr, Grouping? grouping, StepWindows windows, LogQlLimits limits)
{
    private readonly SeriesTable<SampleSeries> _series = new(grouping, expr.Unwrap!.Label, limits.MaxSeries);
    private readonly PipelineErrors _errors = new(expr, grouping);
    private readonly Unwrap _unwrap = expr.Unwrap!;
    private int _samples;

    public bool Take(LineState line)
    {
        if (!TryValue(line, out var value))
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
    public List<StepSeries> Steps(string operation, Action checkTime)
    {
        var result = new List<StepSeries>(_series.All.Count);
        var function = new RangeFunction(operation, windows.RangeNanos, expr.Parameter ?? 0);
        foreach (var (labels, samples) in _series.All)
        {
            checkTime();
            result.Add(Steps(labels, samples.Sorted(), function));
        }
        return result;
    }

    private StepSeries Steps(Telemetry.Labels.LabelSet labels, ReadOnlySpan<Sample> samples, RangeFunction function)
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

    private bool TryValue(LineState line, out double value)
    {
        value = 0;
        Span<char> buffer = stackalloc char[LogQlUnits.UsualLength];
        if (!line.TryGet(_unwrap.Label, buffer, out var text) || text.IsEmpty)
            return false;
        if (!TryConvert(text, out value))
            line.Fail(ErrorLabels.SampleExtraction, $"\"{text}\" of label {_unwrap.Label} is no {_unwrap.Conversion.ToString().ToLowerInvariant()}");
        for (var i = 0; i < _unwrap.PostFilters.Count; i++)
        {
            if (!_unwrap.PostFilters[i].Process(line))
                return false;
        }
        return true;
    }

    private bool TryConvert(ReadOnlySpan<char> text, out double value)
    {
        switch (_unwrap.Conversion)
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
}
