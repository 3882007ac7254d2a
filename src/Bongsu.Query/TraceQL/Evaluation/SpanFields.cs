using System.Text;
using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>Reads attributes and intrinsics of spans as TraceQL values. Pure.</summary>
internal static class SpanFields
{
    // Why no lambdas here: one that captures a parameter allocates on every call, also where it is not reached.

    public static TraceValue Attribute(AttributeField field, TraceView trace, int index)
    {
        ref readonly var span = ref trace.Span(index);
        switch (field.Scope)
        {
            case AttributeScope.Event:
                return OfEvents(trace.Batch, span, field.NameUtf8);
            case AttributeScope.Link:
                return OfLinks(trace.Batch, span, field.NameUtf8);
            default:
                var row = Row(field, trace.Batch, span);
                return row < 0 ? default : Of(trace.Batch.Attributes.Values[row], trace.Batch.Arena);
        }
    }

    public static TraceValue Read(Intrinsic intrinsic, TraceView trace, int index)
    {
        ref readonly var span = ref trace.Span(index);
        var batch = trace.Batch;
        return intrinsic switch
        {
            Intrinsic.Name => TraceValue.OfText(batch.Arena.GetString(span.Name)),
            Intrinsic.Status => TraceValue.OfStatus((long)span.Status),
            Intrinsic.StatusMessage => TraceValue.OfText(batch.Arena.GetString(span.StatusMessage)),
            Intrinsic.Duration => TraceValue.OfDuration(span.DurationNanos),
            Intrinsic.Kind => TraceValue.OfKind((long)span.Kind),
            Intrinsic.SpanId => TraceValue.OfText(span.SpanId.ToString()),
            Intrinsic.ParentId => TraceValue.OfText(span.ParentSpanId.IsEmpty ? "" : span.ParentSpanId.ToString()),
            Intrinsic.TraceId => TraceValue.OfText(span.TraceId.ToString()),
            Intrinsic.TraceDuration => TraceValue.OfDuration(trace.DurationNanos),
            Intrinsic.RootName => TraceValue.OfText(trace.RootName),
            Intrinsic.RootServiceName => TraceValue.OfText(trace.RootServiceName),
            Intrinsic.ChildCount => TraceValue.OfInt(trace.ChildCount(index)),
            Intrinsic.NestedSetLeft => TraceValue.OfInt(trace.NestedSet(index).Left),
            Intrinsic.NestedSetRight => TraceValue.OfInt(trace.NestedSet(index).Right),
            Intrinsic.NestedSetParent => TraceValue.OfInt(trace.NestedSet(index).Parent),
            Intrinsic.EventName or Intrinsic.EventTimeSinceStart => OfEvents(batch, span, intrinsic),
            Intrinsic.LinkTraceId or Intrinsic.LinkSpanId => OfLinks(batch, span, intrinsic),
            Intrinsic.ScopeName => TraceValue.OfText(span.Scope < 0 ? "" : batch.Arena.GetString(batch.Scopes[span.Scope].Name)),
            Intrinsic.ScopeVersion => TraceValue.OfText(span.Scope < 0 ? "" : batch.Arena.GetString(batch.Scopes[span.Scope].Version)),
            _ => throw new InvalidOperationException($"BUG: no reading of {intrinsic}."),
        };
    }

    /// <summary>
    /// Whether a field is one text (or nothing: <paramref name="isThere"/> is false), and its bytes. False where it has to be read in full: other types,
    /// events and links.
    /// </summary>
    public static bool TryText(FieldExpr field, TraceView trace, int index, out ReadOnlySpan<byte> utf8, out bool isThere)
    {
        ref readonly var span = ref trace.Span(index);
        var batch = trace.Batch;
        isThere = true;
        utf8 = default;
        switch (field)
        {
            case AttributeField { Scope: not (AttributeScope.Event or AttributeScope.Link) } attribute:
                var row = Row(attribute, batch, span);
                isThere = row >= 0;
                if (isThere && batch.Attributes.Values[row].Kind == AttributeKind.String)
                    utf8 = batch.Arena.Get(batch.Attributes.Values[row].Payload);
                return !isThere || batch.Attributes.Values[row].Kind == AttributeKind.String;
            case IntrinsicField { Intrinsic: Intrinsic.Name }:
                utf8 = batch.Arena.Get(span.Name);
                return true;
            case IntrinsicField { Intrinsic: Intrinsic.StatusMessage }:
                utf8 = batch.Arena.Get(span.StatusMessage);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Adds every value of a field; an unscoped attribute has those of the span and of its resource, a list has its items.</summary>
    public static void AllValues(FieldExpr field, TraceView trace, int index, HashSet<TraceValue> into)
    {
        if (field is AttributeField { Scope: AttributeScope.Any } any)
        {
            AllValues(any with { Scope = AttributeScope.Span }, trace, index, into);
            AllValues(any with { Scope = AttributeScope.Resource }, trace, index, into);
            return;
        }
        var value = SpanEvaluation.Evaluate(field, trace, index);
        AddItems(value, into);
    }

    private static void AddItems(TraceValue value, HashSet<TraceValue> into)
    {
        if (value.Items is null && value.Type != TraceValueKind.Nil)
            into.Add(value);
        foreach (var item in value.Items ?? [])
            AddItems(item, into);
    }

    public static TraceValue Of(AttributeValue value, ByteArena arena) => value.Kind switch
    {
        AttributeKind.String => TraceValue.OfText(arena.GetString(value.Payload)),
        AttributeKind.Bool => TraceValue.OfBool(value.Bits != 0),
        AttributeKind.Int => TraceValue.OfInt(value.Bits),
        AttributeKind.Double => TraceValue.OfFloat(value.AsDouble),
        AttributeKind.Array => List(arena.Get(value.Payload)),
        AttributeKind.Null => default,
        _ => TraceValue.OfText(AnyValueWire.ToText(value, arena)),
    };

    // The row of an attribute of a span, its resource or its scope; -1 where there is none, or one without a value.
    private static int Row(AttributeField field, SpanBatch batch, in Span span)
    {
        var row = field.Scope switch
        {
            AttributeScope.Resource => span.Resource < 0 ? -1 : batch.Attributes.Find(batch.Resources[span.Resource].Attributes, field.NameUtf8),
            AttributeScope.Instrumentation => span.Scope < 0 ? -1 : batch.Attributes.Find(batch.Scopes[span.Scope].Attributes, field.NameUtf8),
            _ => batch.Attributes.Find(span.Attributes, field.NameUtf8),
        };
        if (row >= 0 && batch.Attributes.Values[row].Kind == AttributeKind.Null)
            row = -1;
        if (row >= 0 || field.Scope != AttributeScope.Any || span.Resource < 0)
            return row;
        row = batch.Attributes.Find(batch.Resources[span.Resource].Attributes, field.NameUtf8);
        return row >= 0 && batch.Attributes.Values[row].Kind == AttributeKind.Null ? -1 : row;
    }

    private static TraceValue OfEvents(SpanBatch batch, in Span span, byte[] name)
    {
        var values = new List<TraceValue>();
        foreach (var e in batch.Events.Span.Slice(span.EventStart, span.EventCount))
            Add(values, batch, e.Attributes, name);
        return values.Count == 0 ? default : TraceValue.OfEach(values);
    }

    private static TraceValue OfEvents(SpanBatch batch, in Span span, Intrinsic intrinsic)
    {
        var values = new List<TraceValue>(span.EventCount);
        foreach (var e in batch.Events.Span.Slice(span.EventStart, span.EventCount))
            values.Add(intrinsic == Intrinsic.EventName ? TraceValue.OfText(batch.Arena.GetString(e.Name)) : TraceValue.OfDuration(e.TimeUnixNano - span.StartUnixNano));
        return values.Count == 0 ? default : TraceValue.OfEach(values);
    }

    private static TraceValue OfLinks(SpanBatch batch, in Span span, byte[] name)
    {
        var values = new List<TraceValue>();
        foreach (var link in batch.Links.Span.Slice(span.LinkStart, span.LinkCount))
            Add(values, batch, link.Attributes, name);
        return values.Count == 0 ? default : TraceValue.OfEach(values);
    }

    private static TraceValue OfLinks(SpanBatch batch, in Span span, Intrinsic intrinsic)
    {
        var values = new List<TraceValue>(span.LinkCount);
        foreach (var link in batch.Links.Span.Slice(span.LinkStart, span.LinkCount))
            values.Add(TraceValue.OfText(intrinsic == Intrinsic.LinkTraceId ? link.TraceId.ToString() : link.SpanId.ToString()));
        return values.Count == 0 ? default : TraceValue.OfEach(values);
    }

    private static void Add(List<TraceValue> values, SpanBatch batch, AttributeRange range, byte[] name)
    {
        var row = batch.Attributes.Find(range, name);
        if (row >= 0 && Of(batch.Attributes.Values[row], batch.Arena) is { Type: not TraceValueKind.Nil } value)
            values.Add(value);
    }

    // Scalars of an array; what is nested deeper has no TraceQL value.
    private static TraceValue List(ReadOnlySpan<byte> array)
    {
        var values = new List<TraceValue>();
        var items = new ProtoReader(array);
        while (items.Read())
        {
            var item = new ProtoReader(items.Bytes);
            if (items is not { Field: 1, Wire: ProtoWire.Bytes } || !item.Read())
                continue;
            switch (item.Field)
            {
                case 1: values.Add(TraceValue.OfText(Encoding.UTF8.GetString(item.Bytes))); break;
                case 2: values.Add(TraceValue.OfBool(item.Number != 0)); break;
                case 3: values.Add(TraceValue.OfInt((long)item.Number)); break;
                case 4: values.Add(TraceValue.OfFloat(BitConverter.UInt64BitsToDouble(item.Number))); break;
            }
        }
        return TraceValue.OfList(values);
    }
}
