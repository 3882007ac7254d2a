using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Telemetry.Events;

namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>Picks spans to show beside a metric: one of a trace, spread over the range, at most so many. Not thread-safe.</summary>
internal sealed class ExemplarSampler(MetricSteps steps, int most)
{
    /// <summary>Parts of the range, each of which may give its share; otherwise the end of the range that is read first would give all.</summary>
    private const int Parts = 50;

    private readonly int[] _taken = new int[Parts];
    private readonly HashSet<TraceId> _traces = [];

    public void Sample(TraceView spans, int span, double value, List<TraceExemplar> into)
    {
        if (_traces.Count >= most)
            return;
        var start = spans.Span(span).StartUnixNano;
        var part = (int)((double)(start - steps.StartNanos) / (steps.EndNanos - steps.StartNanos) * Parts);
        if (part is < 0 or >= Parts || _taken[part] * Parts >= most || !_traces.Add(spans.Span(span).TraceId))
            return;
        _taken[part]++;
        into.Add(new TraceExemplar(Labels(spans, span), start / 1_000_000, value));
    }

    private static List<KeyValuePair<string, TraceValue>> Labels(TraceView spans, int span)
    {
        ref readonly var of = ref spans.Span(span);
        var labels = new List<KeyValuePair<string, TraceValue>>
        {
            new("trace:id", TraceValue.OfText(of.TraceId.ToString())),
            new("span:id", TraceValue.OfText(of.SpanId.ToString())),
            new("name", TraceValue.OfText(spans.Batch.Arena.GetString(of.Name))),
            new("duration", TraceValue.OfDuration(of.DurationNanos)),
        };
        if (spans.ServiceName(span) is { Length: > 0 } service)
            labels.Add(new("resource.service.name", TraceValue.OfText(service)));
        return labels;
    }
}
