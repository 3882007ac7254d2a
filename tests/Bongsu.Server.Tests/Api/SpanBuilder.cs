using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Tests.Api;

/// <summary>Builds spans of traces with small numbers for ids; times are ms after a start.</summary>
internal sealed class SpanBuilder(long startNanos)
{
    private readonly Dictionary<string, int> _resources = [];

    public SpanBatch Batch { get; } = new();

    public SpanBuilder Add(ulong trace, ulong id, ulong parent, string service, string name, long startMs, long durationMs, SpanKind kind = SpanKind.Internal,
        SpanStatus status = SpanStatus.Unset, params (string Key, object Value)[] attributes)
    {
        if (!_resources.TryGetValue(service, out var resource))
        {
            _resources[service] = resource = Batch.Resources.Count;
            Batch.Resources.Add(new Resource(Range([("service.name", service), ("host.name", "node-" + service)]), default));
        }
        Batch.Spans.Add(new Span
        {
            Resource = resource,
            Scope = -1,
            TraceId = new TraceId(0, trace),
            SpanId = new SpanId(id),
            ParentSpanId = new SpanId(parent),
            Name = Batch.Arena.Append(name),
            Kind = kind,
            Status = status,
            StartUnixNano = startNanos + startMs * 1_000_000,
            EndUnixNano = startNanos + (startMs + durationMs) * 1_000_000,
            Attributes = Range(attributes),
        });
        return this;
    }

    private AttributeRange Range((string Key, object Value)[] attributes)
    {
        var start = Batch.Attributes.Count;
        foreach (var (key, value) in attributes)
        {
            Batch.Attributes.Add(Batch.Arena.Append(key), value switch
            {
                long whole => AttributeValue.OfInt(whole),
                int whole => AttributeValue.OfInt(whole),
                double number => AttributeValue.OfDouble(number),
                bool yes => AttributeValue.OfBool(yes),
                _ => AttributeValue.OfString(Batch.Arena.Append((string)value)),
            });
        }
        return Batch.Attributes.Since(start);
    }
}
