using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Telemetry.Events;

/// <summary>
/// Copies single records from one batch to another with all that they refer to. Resources, scopes and streams equal to the target's last one are
/// shared with it, so that runs of records of one origin stay compact.
/// </summary>
public static class BatchCopy
{
    public static void Log(LogBatch from, in LogRecord record, LogBatch to)
    {
        var copy = record;
        copy.Stream = Stream(from, record.Stream, to);
        copy.Resource = record.Resource < 0 ? -1 : Resource(from.Resources[record.Resource], from.Attributes, to.Resources, to.Attributes);
        copy.Scope = record.Scope < 0 ? -1 : Scope(from.Scopes[record.Scope], from.Attributes, to.Scopes, to.Attributes);
        copy.SeverityText = Text(from.Arena, record.SeverityText, to.Arena);
        copy.EventName = Text(from.Arena, record.EventName, to.Arena);
        copy.Body = record.Body with { Payload = Text(from.Arena, record.Body.Payload, to.Arena) };
        copy.Attributes = Range(from.Attributes, record.Attributes, to.Attributes);
        to.Records.Add(copy);
    }

    public static void Span(SpanBatch from, in Span span, SpanBatch to)
    {
        var copy = span;
        copy.Resource = span.Resource < 0 ? -1 : Resource(from.Resources[span.Resource], from.Attributes, to.Resources, to.Attributes);
        copy.Scope = span.Scope < 0 ? -1 : Scope(from.Scopes[span.Scope], from.Attributes, to.Scopes, to.Attributes);
        copy.Name = Text(from.Arena, span.Name, to.Arena);
        copy.TraceState = Text(from.Arena, span.TraceState, to.Arena);
        copy.StatusMessage = Text(from.Arena, span.StatusMessage, to.Arena);
        copy.Attributes = Range(from.Attributes, span.Attributes, to.Attributes);
        copy.EventStart = to.Events.Count;
        for (var i = 0; i < span.EventCount; i++)
        {
            var e = from.Events[span.EventStart + i];
            to.Events.Add(e with { Name = Text(from.Arena, e.Name, to.Arena), Attributes = Range(from.Attributes, e.Attributes, to.Attributes) });
        }
        copy.LinkStart = to.Links.Count;
        for (var i = 0; i < span.LinkCount; i++)
        {
            var l = from.Links[span.LinkStart + i];
            to.Links.Add(l with { TraceState = Text(from.Arena, l.TraceState, to.Arena), Attributes = Range(from.Attributes, l.Attributes, to.Attributes) });
        }
        to.Spans.Add(copy);
    }

    private static Slice Text(ByteArena from, Slice slice, ByteArena to) => to.Append(from.Get(slice));

    private static AttributeRange Range(AttributeTable from, AttributeRange range, AttributeTable to)
    {
        var start = to.Count;
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var value = from.Values[row];
            to.Add(to.Arena.Append(from.Key(row)), value with { Payload = Text(from.Arena, value.Payload, to.Arena) });
        }
        return to.Since(start);
    }

    private static int Stream(LogBatch from, int stream, LogBatch to)
    {
        var last = to.Streams.Count - 1;
        if (last >= 0 && to.StreamLabels(last).SequenceEqual(from.StreamLabels(stream)))
            return last;
        to.Streams.Add(to.Arena.Append(from.StreamLabels(stream)));
        return last + 1;
    }

    private static int Resource(Resource resource, AttributeTable from, Column<Resource> resources, AttributeTable to)
    {
        var last = resources.Count - 1;
        if (last >= 0 && Same(from, resource.Attributes, to, resources[last].Attributes)
            && from.Arena.Get(resource.SchemaUrl).SequenceEqual(to.Arena.Get(resources[last].SchemaUrl)))
            return last;
        resources.Add(new Resource(Range(from, resource.Attributes, to), Text(from.Arena, resource.SchemaUrl, to.Arena)));
        return last + 1;
    }

    private static int Scope(Scope scope, AttributeTable from, Column<Scope> scopes, AttributeTable to)
    {
        var last = scopes.Count - 1;
        if (last >= 0 && Same(from, scope.Attributes, to, scopes[last].Attributes)
            && from.Arena.Get(scope.Name).SequenceEqual(to.Arena.Get(scopes[last].Name))
            && from.Arena.Get(scope.Version).SequenceEqual(to.Arena.Get(scopes[last].Version))
            && from.Arena.Get(scope.SchemaUrl).SequenceEqual(to.Arena.Get(scopes[last].SchemaUrl)))
            return last;
        scopes.Add(new Scope(Text(from.Arena, scope.Name, to.Arena), Text(from.Arena, scope.Version, to.Arena), Range(from, scope.Attributes, to),
            Text(from.Arena, scope.SchemaUrl, to.Arena)));
        return last + 1;
    }

    private static bool Same(AttributeTable a, AttributeRange left, AttributeTable b, AttributeRange right)
    {
        if (left.Count != right.Count)
            return false;
        for (var i = 0; i < left.Count; i++)
        {
            int l = left.Start + i, r = right.Start + i;
            var x = a.Values[l];
            var y = b.Values[r];
            if (x.Kind != y.Kind || x.Bits != y.Bits || !a.Key(l).SequenceEqual(b.Key(r)) || !a.Arena.Get(x.Payload).SequenceEqual(b.Arena.Get(y.Payload)))
                return false;
        }
        return true;
    }
}
