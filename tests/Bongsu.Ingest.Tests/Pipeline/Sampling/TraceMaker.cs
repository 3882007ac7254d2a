using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Tests.Pipeline.Sampling;

/// <summary>Batches of spans for tests of sampling, one span after another.</summary>
internal sealed class TraceMaker
{
    public const long BaseNanos = 1_795_096_800_000_000_000;

    private ulong _span;

    public SpanBatch Batch { get; } = new();

    public static TraceId Id(ulong number) => new(0xABCD, number);

    /// <summary>A batch of one span.</summary>
    public static SpanBatch One(ulong trace, bool isRoot = true, Action<TraceMaker>? make = null, SpanStatus status = SpanStatus.Unset, long startMs = 0, long durationMs = 10, ulong span = 0)
    {
        var maker = new TraceMaker { _span = span == 0 ? trace * 1000 : span - 1 };
        maker.Add(trace, isRoot, status, startMs, durationMs);
        make?.Invoke(maker);
        return maker.Batch;
    }

    public TraceMaker Add(ulong trace, bool isRoot = true, SpanStatus status = SpanStatus.Unset, long startMs = 0, long durationMs = 10, SpanKind kind = SpanKind.Server)
    {
        if (Batch.Resources.Count == 0)
            Resource();
        Batch.Spans.Add(new Telemetry.Spans.Span
        {
            Resource = Batch.Resources.Count - 1,
            Scope = -1,
            TraceId = Id(trace),
            SpanId = new SpanId(++_span),
            ParentSpanId = isRoot ? default : new SpanId(99_999),
            Name = Batch.Arena.Append("GET /"),
            Kind = kind,
            Status = status,
            StartUnixNano = BaseNanos + startMs * 1_000_000,
            EndUnixNano = BaseNanos + (startMs + durationMs) * 1_000_000,
        });
        return this;
    }

    public TraceMaker Resource(params (string Key, object Value)[] attributes)
    {
        Batch.Resources.Add(new Resource(Range([("service.name", "api"), .. attributes]), default));
        return this;
    }

    public TraceMaker With(params (string Key, object Value)[] attributes)
    {
        Batch.Spans.Mutable[^1].Attributes = Range(attributes);
        return this;
    }

    public TraceMaker Edit(Change change)
    {
        change(Batch, ref Batch.Spans.Mutable[^1]);
        return this;
    }

    public delegate void Change(SpanBatch batch, ref Telemetry.Spans.Span span);

    public TraceMaker Event(string name, params (string Key, object Value)[] attributes)
    {
        ref var span = ref Batch.Spans.Mutable[^1];
        if (span.EventCount == 0)
            span.EventStart = Batch.Events.Count;
        span.EventCount++;
        Batch.Events.Add(new SpanEvent(BaseNanos, Batch.Arena.Append(name), Range(attributes), 0));
        return this;
    }

    private AttributeRange Range((string Key, object Value)[] attributes)
    {
        var start = Batch.Attributes.Count;
        foreach (var (key, value) in attributes)
        {
            Batch.Attributes.Add(Batch.Arena.Append(key), value switch
            {
                int i => AttributeValue.OfInt(i),
                long l => AttributeValue.OfInt(l),
                bool b => AttributeValue.OfBool(b),
                double d => AttributeValue.OfDouble(d),
                string s => AttributeValue.OfString(Batch.Arena.Append(s)),
                _ => throw new ArgumentException(value.ToString()),
            });
        }
        return Batch.Attributes.Since(start);
    }
}
