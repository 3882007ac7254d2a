using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary><c>ottl_condition</c>: a span meets one of some conditions, or one of its events one of some others.</summary>
public sealed class OttlCondition : SpanCondition
{
    private readonly OttlNode[] _spans;
    private readonly OttlNode[] _events;

    private OttlCondition(OttlNode[] spans, OttlNode[] events) => (_spans, _events) = (spans, events);

    /// <summary>Conditions on spans and on span events; null, and why (with the text at fault), when one cannot be read.</summary>
    public static OttlCondition? TryParse(IReadOnlyList<string> spans, IReadOnlyList<string> events, out string fault, out string problem)
    {
        (fault, problem) = ("", "");
        var nodes = new List<OttlNode>();
        foreach (var text in spans.Concat(events))
        {
            fault = text;
            if (OttlParser.TryParse(text, isEvent: nodes.Count >= spans.Count, out problem) is not { } node)
                return null;
            nodes.Add(node);
        }
        return new OttlCondition([.. nodes[..spans.Count]], [.. nodes[spans.Count..]]);
    }

    public override bool Meets(SpanBatch batch, in Span span)
    {
        foreach (var node in _spans)
        {
            if (node.Get(new OttlContext(batch, in span, -1)).IsTrue)
                return true;
        }
        for (var i = 0; i < span.EventCount && _events.Length > 0; i++)
        {
            foreach (var node in _events)
            {
                if (node.Get(new OttlContext(batch, in span, span.EventStart + i)).IsTrue)
                    return true;
            }
        }
        return false;
    }
}
