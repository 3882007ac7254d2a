using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>Makes search results of evaluated traces. Pure.</summary>
internal static class FoundTraces
{
    public static FoundTrace Of(TraceView trace, List<Spanset> sets, SpansetPipeline pipeline, int spansPerSpanset)
    {
        var services = Services(trace);
        var fields = Fields(pipeline);
        return new FoundTrace
        {
            TraceId = trace.TraceId,
            RootServiceName = trace.RootServiceName,
            RootName = trace.RootName,
            StartUnixNano = trace.StartUnixNano,
            DurationNanos = trace.DurationNanos,
            SpanCount = trace.Count,
            ErrorCount = services.Sum(s => s.ErrorCount),
            Services = services,
            Spansets = [.. sets.Select(s => new FoundSpanset(s.Spans.Count, [.. s.Spans.Take(spansPerSpanset).Select(i => Span(trace, i, fields))],
                [.. s.By.Select(b => KeyValuePair.Create(b.Text, b.Value))]))],
        };
    }

    private static List<FoundService> Services(TraceView trace)
    {
        var names = new Dictionary<int, string>();
        var counts = new Dictionary<string, (int Spans, int Errors)>();
        for (var i = 0; i < trace.Count; i++)
        {
            ref readonly var span = ref trace.Span(i);
            if (!names.TryGetValue(span.Resource, out var name))
                names[span.Resource] = name = trace.ServiceName(i);
            var (spans, errors) = counts.GetValueOrDefault(name);
            counts[name] = (spans + 1, errors + (span.Status == SpanStatus.Error ? 1 : 0));
        }
        return [.. counts.Select(c => new FoundService(c.Key, c.Value.Spans, c.Value.Errors))];
    }

    private static FoundSpan Span(TraceView trace, int index, List<(string Text, FieldExpr Field)> fields)
    {
        ref readonly var span = ref trace.Span(index);
        var attributes = new List<KeyValuePair<string, TraceValue>>();
        foreach (var (text, field) in fields)
        {
            var value = SpanEvaluation.Evaluate(field, trace, index);
            if (value.Type != TraceValueKind.Nil)
                attributes.Add(KeyValuePair.Create(text, value));
        }
        return new FoundSpan(span.SpanId, trace.Batch.Arena.GetString(span.Name), trace.ServiceName(index), span.StartUnixNano, span.DurationNanos, attributes);
    }

    // What select() names, and the attributes that the filters compare.
    private static List<(string Text, FieldExpr Field)> Fields(SpansetPipeline pipeline)
    {
        var fields = new List<(string Text, FieldExpr Field)>();
        foreach (var stage in pipeline.Stages)
        {
            if (stage is SelectStage select)
                fields.AddRange(select.Fields);
            else if (stage is SpansetStage { Spanset: SpansetFilter { Condition: { } condition } })
                Compared(condition, fields);
        }
        return [.. fields.DistinctBy(f => f.Text)];
    }

    private static void Compared(FieldExpr expr, List<(string Text, FieldExpr Field)> into)
    {
        switch (expr)
        {
            case AttributeField attribute:
                into.Add((attribute.Name, attribute));
                break;
            case IntrinsicField { Intrinsic: Intrinsic.Status or Intrinsic.Kind or Intrinsic.StatusMessage } intrinsic:
                into.Add((intrinsic.Name, intrinsic));
                break;
            case UnaryField unary:
                Compared(unary.Operand, into);
                break;
            case BinaryField binary:
                Compared(binary.Left, into);
                Compared(binary.Right, into);
                break;
        }
    }
}
