using Bongsu.Query.TraceQL.Parsing;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>Evaluates numbers about span sets. Pure.</summary>
internal static class ScalarEvaluation
{
    public static bool Passes(ScalarFilterStage filter, TraceView trace, List<int> spans) =>
        SpanEvaluation.Compare(filter.Operation, Evaluate(filter.Left, trace, spans), Evaluate(filter.Right, trace, spans));

    private static TraceValue Evaluate(ScalarExpr expr, TraceView trace, List<int> spans) => expr switch
    {
        ScalarLiteral literal => literal.Value,
        ScalarBinary binary => SpanEvaluation.Arithmetic(binary.Operation, Evaluate(binary.Left, trace, spans), Evaluate(binary.Right, trace, spans)),
        ScalarAggregate { Operation: "count" } => TraceValue.OfInt(spans.Count),
        ScalarAggregate aggregate => Aggregate(aggregate, trace, spans),
        _ => throw new InvalidOperationException($"BUG: no evaluation of {expr.GetType().Name}."),
    };

    private static TraceValue Aggregate(ScalarAggregate aggregate, TraceView trace, List<int> spans)
    {
        var values = new List<TraceValue>();
        foreach (var span in spans)
        {
            var value = SpanEvaluation.Evaluate(aggregate.Field!, trace, span);
            if (value.IsNumber)
                values.Add(value);
        }
        if (values.Count == 0)
            return default;
        var result = aggregate.Operation switch
        {
            "min" => values.Min(v => v.AsDouble),
            "max" => values.Max(v => v.AsDouble),
            "avg" => values.Average(v => v.AsDouble),
            _ => values.Sum(v => v.AsDouble),
        };
        return values[0].Type == TraceValueKind.Duration ? TraceValue.OfDuration((long)result) : TraceValue.OfFloat(result);
    }
}
