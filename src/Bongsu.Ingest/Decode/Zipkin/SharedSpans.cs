using System.Numerics;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Decode.Zipkin;

/// <summary>
/// Zipkin lets caller and callee use one span id; everything else tells spans apart by it. The callee's half gets an id of its own, made from the shared one,
/// and the caller's half as its parent. Not thread-safe.
/// </summary>
internal sealed class SharedSpans
{
    private const ulong Odd = 0x9e3779b97f4a7c15;

    private readonly HashSet<(TraceId Trace, SpanId Span, string Service)> _spans = [];

    /// <summary>The id of the callee's half: the same for the same span, in whichever request it comes.</summary>
    public static SpanId Own(SpanId shared)
    {
        var mixed = BitOperations.RotateLeft(shared.Value * Odd, 31) ^ Odd;
        return new SpanId(mixed == 0 ? 1 : mixed);
    }

    public void Add(TraceId trace, SpanId span, string service) => _spans.Add((trace, span, service));

    /// <summary>Whether this request has the half of a span that belongs to this service: its children there are the half's.</summary>
    public bool Contains(TraceId trace, SpanId span, string service) => _spans.Count > 0 && _spans.Contains((trace, span, service));

    public void Clear() => _spans.Clear();
}
