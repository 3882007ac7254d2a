using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>Copies spans with their events and links; see <see cref="EventCopier{TBatch}"/>.</summary>
internal sealed class SpanCopier : EventCopier<SpanBatch>
{
    private readonly OriginCopier _origin;

    public SpanCopier() => _origin = new OriginCopier(Target.Attributes, Target.Resources, Target.Scopes);

    public override void Reserve(SpanBatch from)
    {
        Target.Arena.Reserve(from.Arena.Length);
        Target.Spans.Reserve(from.Count);
        Target.Attributes.Keys.Reserve(from.Attributes.Count);
        Target.Attributes.Values.Reserve(from.Attributes.Count);
    }

    public override void Clear()
    {
        _origin.Clear();
        Target.Clear();
    }

    public override void Copy(SpanBatch from, int row)
    {
        var span = from.Spans[row];
        span.Resource = _origin.Resource(from.Attributes, from.Resources, span.Resource);
        span.Scope = _origin.Scope(from.Attributes, from.Scopes, span.Scope);
        span.Name = _origin.Shared(from.Arena, span.Name);
        span.TraceState = _origin.Shared(from.Arena, span.TraceState);
        span.StatusMessage = _origin.Text(from.Arena, span.StatusMessage);
        span.Attributes = _origin.Range(from.Attributes, span.Attributes);
        var events = from.Events.Span.Slice(span.EventStart, span.EventCount);
        span.EventStart = Target.Events.Count;
        foreach (var e in events)
            Target.Events.Add(new SpanEvent(e.TimeUnixNano, _origin.Shared(from.Arena, e.Name), _origin.Range(from.Attributes, e.Attributes), e.DroppedAttributes));
        var links = from.Links.Span.Slice(span.LinkStart, span.LinkCount);
        span.LinkStart = Target.Links.Count;
        foreach (var link in links)
            Target.Links.Add(Link(from, link));
        Target.Spans.Add(span);
    }

    private SpanLink Link(SpanBatch from, SpanLink link) => link with
    {
        TraceState = _origin.Shared(from.Arena, link.TraceState),
        Attributes = _origin.Range(from.Attributes, link.Attributes),
    };
}
