using System.Globalization;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>A path without a key, such as <c>status.code</c>. Ids are compared as text, by a node of their own.</summary>
internal sealed class OttlFieldPath(OttlField field) : OttlNode
{
    public OttlField Field { get; } = field;

    public override OttlValue Get(in OttlContext context)
    {
        var (batch, span) = (context.Batch, context.Span);
        return Field switch
        {
            OttlField.Name => OttlValue.Of(batch.Arena.Get(span.Name)),
            OttlField.Kind => OttlValue.Of((long)span.Kind),
            OttlField.StatusCode => OttlValue.Of((long)span.Status),
            OttlField.StatusMessage => OttlValue.Of(batch.Arena.Get(span.StatusMessage)),
            OttlField.TraceState => OttlValue.Of(batch.Arena.Get(span.TraceState)),
            OttlField.StartTime => OttlValue.Of(span.StartUnixNano),
            OttlField.EndTime => OttlValue.Of(span.EndUnixNano),
            OttlField.DroppedAttributes => OttlValue.Of((long)span.DroppedAttributes),
            OttlField.ScopeName => span.Scope < 0 ? OttlValue.Of([]) : OttlValue.Of(batch.Arena.Get(batch.Scopes.Span[span.Scope].Name)),
            OttlField.ScopeVersion => span.Scope < 0 ? OttlValue.Of([]) : OttlValue.Of(batch.Arena.Get(batch.Scopes.Span[span.Scope].Version)),
            _ => OfEvent(context),
        };
    }

    /// <summary>An id as text of hexadecimal digits, an empty one for none.</summary>
    public int WriteId(in Span span, Span<byte> into)
    {
        var written = 0;
        if (Field == OttlField.TraceId)
        {
            span.TraceId.High.TryFormat(into, out written, "x16", CultureInfo.InvariantCulture);
            span.TraceId.Low.TryFormat(into[16..], out _, "x16", CultureInfo.InvariantCulture);
            return span.TraceId.IsEmpty ? 0 : written * 2;
        }
        var id = Field == OttlField.SpanId ? span.SpanId : span.ParentSpanId;
        id.Value.TryFormat(into, out written, "x16", CultureInfo.InvariantCulture);
        return id.IsEmpty ? 0 : written;
    }

    private OttlValue OfEvent(in OttlContext context)
    {
        if (context.Event < 0)
            return OttlValue.Nil;
        ref readonly var found = ref context.Batch.Events.Span[context.Event];
        return Field switch
        {
            OttlField.EventName => OttlValue.Of(context.Batch.Arena.Get(found.Name)),
            OttlField.EventTime => OttlValue.Of(found.TimeUnixNano),
            OttlField.EventDroppedAttributes => OttlValue.Of((long)found.DroppedAttributes),
            _ => OttlValue.Nil,
        };
    }
}
