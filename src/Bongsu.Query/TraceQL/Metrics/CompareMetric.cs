using System.Text;
using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry.Events;

namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>
/// compare: how often each value of each attribute occurs on the spans of the selection and on all others (the baseline). Of an attribute the most
/// frequent values are told; one that has more is marked by a series with <c>__meta_error</c>. Ids and durations are left out.
/// </summary>
internal sealed class CompareMetric(CompareArguments arguments, MetricSteps steps, PointBudget budget, TraceQlHints hints) : SpanMetric
{
    private const string TypeLabel = "__meta_type";
    private const string ErrorLabel = "__meta_error";
    private const string TooManyValues = "__too_many_values__";

    /// <summary>Values counted of one attribute in a group; those first seen later are not, and the attribute is marked.</summary>
    private const int MaxValues = 2_000;

    private static readonly Intrinsic[] Intrinsics =
        [Intrinsic.Name, Intrinsic.Kind, Intrinsic.Status, Intrinsic.StatusMessage, Intrinsic.RootName, Intrinsic.RootServiceName, Intrinsic.ScopeName, Intrinsic.ScopeVersion];

    private static readonly string[] IntrinsicNames =
        ["name", "kind", "status", "statusMessage", "rootName", "rootServiceName", "instrumentation:name", "instrumentation:version"];

    private readonly Dictionary<string, ValueCounts> _selection = [];
    private readonly Dictionary<string, ValueCounts> _baseline = [];

    public override void Add(TraceView spans, int span)
    {
        var start = spans.Span(span).StartUnixNano;
        var step = steps.IndexOf(start);
        if (step < 0)
            return;
        var isSelected = (arguments.EndNanos == 0 || (start > arguments.StartNanos && start <= arguments.EndNanos)) && SpanEvaluation.Passes(arguments.Selection, spans, span);
        var group = isSelected ? _selection : _baseline;
        var weight = hints.Extrapolate ? SpanWeight.Of(spans, span) : 1;
        for (var i = 0; i < Intrinsics.Length; i++)
            Count(group, IntrinsicNames[i], SpanFields.Read(Intrinsics[i], spans, span), step, weight);
        CountAttributes(group, spans, span, step, weight);
    }

    public override List<MetricSeries> Series()
    {
        var series = new List<MetricSeries>();
        AddValues(series, "baseline", _baseline);
        AddValues(series, "selection", _selection);
        foreach (var attribute in _baseline.Concat(_selection).Where(a => a.Value.Values.Count > arguments.Top || a.Value.IsCut).Select(a => a.Key).Distinct())
            series.Add(new MetricSeries([new(ErrorLabel, TraceValue.OfText(TooManyValues)), new(attribute, default)], new double[steps.Count], []));
        AddTotals(series, "baseline_total", _baseline);
        AddTotals(series, "selection_total", _selection);
        budget.CheckSeries(series.Count);
        return series;
    }

    private void CountAttributes(Dictionary<string, ValueCounts> group, TraceView spans, int span, int step, double weight)
    {
        var batch = spans.Batch;
        ref readonly var of = ref spans.Span(span);
        CountAll(group, "span.", of.Attributes, spans, step, weight);
        if (of.Resource >= 0)
            CountAll(group, "resource.", batch.Resources[of.Resource].Attributes, spans, step, weight);
        if (of.Scope >= 0)
            CountAll(group, "instrumentation.", batch.Scopes[of.Scope].Attributes, spans, step, weight);
        foreach (var e in batch.Events.Span.Slice(of.EventStart, of.EventCount))
        {
            Count(group, "event:name", TraceValue.OfText(batch.Arena.GetString(e.Name)), step, weight);
            CountAll(group, "event.", e.Attributes, spans, step, weight);
        }
    }

    private void CountAll(Dictionary<string, ValueCounts> group, string scope, AttributeRange range, TraceView spans, int step, double weight)
    {
        var table = spans.Batch.Attributes;
        for (var row = range.Start; row < range.Start + range.Count; row++)
            Count(group, scope + AttributeName.Quote(Encoding.UTF8.GetString(table.Key(row))), SpanFields.Of(table.Values[row], table.Arena), step, weight);
    }

    private void Count(Dictionary<string, ValueCounts> group, string attribute, TraceValue value, int step, double weight)
    {
        // Intrinsics are never nil; an empty text says as little.
        if (value.Type == TraceValueKind.Nil || value.Text?.Length == 0)
            return;
        if (!group.TryGetValue(attribute, out var counts))
        {
            budget.Take(steps.Count);
            group[attribute] = counts = new ValueCounts(steps.Count);
        }
        counts.Total[step] += weight;
        if (!counts.Values.TryGetValue(value, out var ofValue))
        {
            counts.IsCut |= counts.Values.Count >= MaxValues;
            if (counts.IsCut)
                return;
            budget.Take(steps.Count);
            counts.Values[value] = ofValue = new double[steps.Count];
        }
        ofValue[step] += weight;
    }

    private void AddValues(List<MetricSeries> series, string type, Dictionary<string, ValueCounts> group)
    {
        foreach (var (attribute, counts) in group)
        {
            var top = counts.Values.OrderByDescending(v => v.Value.Sum()).ThenBy(v => v.Key.ToString(), StringComparer.Ordinal).Take(arguments.Top);
            series.AddRange(top.Select(v => new MetricSeries([new(TypeLabel, TraceValue.OfText(type)), new(attribute, v.Key)], v.Value, [])));
        }
    }

    private static void AddTotals(List<MetricSeries> series, string type, Dictionary<string, ValueCounts> group)
    {
        foreach (var (attribute, counts) in group)
            series.Add(new MetricSeries([new(TypeLabel, TraceValue.OfText(type)), new(attribute, default)], counts.Total, []));
    }

    private sealed class ValueCounts(int steps)
    {
        public Dictionary<TraceValue, double[]> Values { get; } = [];
        public double[] Total { get; } = new double[steps];
        public bool IsCut { get; set; }
    }
}
