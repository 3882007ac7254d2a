using System.Text;
using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>Reads attributes and intrinsics of spans as TraceQL values. Pure.</summary>
internal static class SpanFields
{
    public static TraceValue Attribute(AttributeField field, TraceView trace, int index)
    {
        ref readonly var span = ref trace.Span(index);
        var batch = trace.Batch;
        switch (field.Scope)
        {
            case AttributeScope.Span:
                return Value(batch, span.Attributes, field.NameUtf8);
            case AttributeScope.Resource:
                return Resource(batch, span, field.NameUtf8);
            case AttributeScope.Instrumentation:
                return span.Scope < 0 ? default : Value(batch, batch.Scopes[span.Scope].Attributes, field.NameUtf8);
            case AttributeScope.Event:
                return Many(span.EventCount, span.EventStart, i => Value(batch, batch.Events[i].Attributes, field.NameUtf8));
            case AttributeScope.Link:
                return Many(span.LinkCount, span.LinkStart, i => Value(batch, batch.Links[i].Attributes, field.NameUtf8));
            default:
                var own = Value(batch, span.Attributes, field.NameUtf8);
                return own.Type != TraceValueKind.Nil ? own : Resource(batch, span, field.NameUtf8);
        }
    }

    public static TraceValue Read(Intrinsic intrinsic, TraceView trace, int index)
    {
        ref readonly var span = ref trace.Span(index);
        var batch = trace.Batch;
        var start = span.StartUnixNano;
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
            Intrinsic.EventName => Many(span.EventCount, span.EventStart, i => TraceValue.OfText(batch.Arena.GetString(batch.Events[i].Name))),
            Intrinsic.EventTimeSinceStart => Many(span.EventCount, span.EventStart, i => TraceValue.OfDuration(batch.Events[i].TimeUnixNano - start)),
            Intrinsic.LinkTraceId => Many(span.LinkCount, span.LinkStart, i => TraceValue.OfText(batch.Links[i].TraceId.ToString())),
            Intrinsic.LinkSpanId => Many(span.LinkCount, span.LinkStart, i => TraceValue.OfText(batch.Links[i].SpanId.ToString())),
            Intrinsic.ScopeName => TraceValue.OfText(span.Scope < 0 ? "" : batch.Arena.GetString(batch.Scopes[span.Scope].Name)),
            Intrinsic.ScopeVersion => TraceValue.OfText(span.Scope < 0 ? "" : batch.Arena.GetString(batch.Scopes[span.Scope].Version)),
            _ => throw new InvalidOperationException($"BUG: no reading of {intrinsic}."),
        };
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

    private static TraceValue Resource(SpanBatch batch, in Span span, byte[] name) =>
        span.Resource < 0 ? default : Value(batch, batch.Resources[span.Resource].Attributes, name);

    private static TraceValue Value(SpanBatch batch, AttributeRange range, byte[] name)
    {
        var row = batch.Attributes.Find(range, name);
        return row < 0 ? default : Of(batch.Attributes.Values[row], batch.Arena);
    }

    private static TraceValue Many(int count, int start, Func<int, TraceValue> read)
    {
        if (count == 0)
            return default;
        var values = new List<TraceValue>(count);
        for (var i = start; i < start + count; i++)
        {
            var value = read(i);
            if (value.Type != TraceValueKind.Nil)
                values.Add(value);
        }
        return values.Count == 0 ? default : TraceValue.OfEach(values);
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
