using Bongsu.Telemetry.Events;

namespace Bongsu.Telemetry.Spans;

/// <summary>OTLP's numbers.</summary>
public enum SpanKind : byte
{
    Unspecified = 0,
    Internal = 1,
    Server = 2,
    Client = 3,
    Producer = 4,
    Consumer = 5,
}

/// <summary>OTLP's numbers.</summary>
public enum SpanStatus : byte
{
    Unset = 0,
    Ok = 1,
    Error = 2,
}

/// <summary>Something that happened within a span; time in ns since the epoch.</summary>
public readonly record struct SpanEvent(long TimeUnixNano, Slice Name, AttributeRange Attributes, int DroppedAttributes);

public readonly record struct SpanLink(TraceId TraceId, SpanId SpanId, Slice TraceState, AttributeRange Attributes, int DroppedAttributes, uint Flags);

/// <summary>One span of a <see cref="SpanBatch"/>. Times in ns since the epoch.</summary>
public struct Span
{
    /// <summary>Index into <see cref="SpanBatch.Resources"/>.</summary>
    public int Resource;
    /// <summary>Index into <see cref="SpanBatch.Scopes"/>, or -1.</summary>
    public int Scope;
    public TraceId TraceId;
    public SpanId SpanId;
    public SpanId ParentSpanId;
    public Slice TraceState;
    public uint Flags;
    public Slice Name;
    public SpanKind Kind;
    public SpanStatus Status;
    public Slice StatusMessage;
    public long StartUnixNano;
    /// <summary>May lie before the start (a clock that jumped); shown as it is, counted as a duration of zero.</summary>
    public long EndUnixNano;
    public AttributeRange Attributes;
    /// <summary>First event in <see cref="SpanBatch.Events"/>.</summary>
    public int EventStart;
    public int EventCount;
    public int LinkStart;
    public int LinkCount;
    public int DroppedAttributes;
    public int DroppedEvents;
    public int DroppedLinks;
    /// <summary>Refused by a stage; stores skip it.</summary>
    public bool IsDropped;
    /// <summary>Dropped by sampling: not stored, but counted in what is derived from spans.</summary>
    public bool IsSampledOut;

    // Why compared first: of times that lie further apart than a number reaches, the difference has the wrong sign.
    public readonly long DurationNanos => EndUnixNano <= StartUnixNano ? 0 : EndUnixNano - StartUnixNano is var nanos and >= 0 ? nanos : long.MaxValue;
}

/// <summary>Spans in columns and one arena, on their way in and out alike. Not thread-safe; reusable through <see cref="Clear"/>.</summary>
public sealed class SpanBatch
{
    public SpanBatch() => Attributes = new AttributeTable(Arena);

    public ByteArena Arena { get; } = new();
    public AttributeTable Attributes { get; }
    public Column<Resource> Resources { get; } = new();
    public Column<Scope> Scopes { get; } = new();
    public Column<Span> Spans { get; } = new();
    public Column<SpanEvent> Events { get; } = new();
    public Column<SpanLink> Links { get; } = new();

    public int Count => Spans.Count;

    /// <summary>A text attribute of the resource of a span (see <see cref="ResourceKeys"/>), or null.</summary>
    public string? ResourceText(int span, ReadOnlySpan<byte> key) =>
        Spans[span].Resource < 0 ? null : Attributes.FindString(Resources[Spans[span].Resource].Attributes, key);

    public void Clear()
    {
        Arena.Clear();
        Attributes.Clear();
        Resources.Clear();
        Scopes.Clear();
        Spans.Clear();
        Events.Clear();
        Links.Clear();
    }
}
