using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>What rates say about the series they are given.</summary>
internal sealed class RateNotes(QueryContext context, CallExpr call, PromExpr argument)
{
    private readonly bool _checksName = call.Function.Name is "rate" or "increase";
    private LabelSet? _checkedName;

    public RangeResult Mixed(LabelSet labels) => Warn("encountered a mix of histograms and floats", labels);

    public RangeResult MixedSchemas(LabelSet labels) => Warn("vector contains a mix of histograms with exponential and custom buckets schemas", labels);

    public void Reconciled(string operation) => context.Info(argument, $"mismatched custom buckets were reconciled during {operation}");

    public void NotCounter(LabelSet labels) => context.Warn(argument, $"this native histogram metric is not a counter: {Name(labels)}");

    public void NotGauge(LabelSet labels) => context.Warn(argument, $"this native histogram metric is not a gauge: {Name(labels)}");

    public void StartsOverlap(LabelSet labels) =>
        context.Merged.StartsOverlap(argument, $"sample has start time that overlaps with previous sample timestamp for metric {Name(labels)}");

    public void CheckCounterName(LabelSet labels)
    {
        if (!_checksName || ReferenceEquals(labels, _checkedName))
            return;
        _checkedName = labels;
        RateFunctions.CheckCounterName(context, argument, labels);
    }

    private RangeResult Warn(string message, LabelSet labels)
    {
        context.Warn(argument, QueryContext.OfMetric(message, labels));
        return RangeResult.None;
    }

    private static string Name(LabelSet labels) => PromQlPrinter.Quote(labels.Get(LabelNames.MetricName) ?? "");
}
