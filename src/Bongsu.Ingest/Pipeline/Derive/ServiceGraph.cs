using Bongsu.Ingest.Decode;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>
/// Pairs the caller's span of each call with the callee's, by trace id and the id of the caller's span, and counts the edge between their services.
/// A caller whose callee does not show in time is counted towards a virtual node, if its attributes name one. Not thread-safe: the owner locks.
/// </summary>
internal sealed class ServiceGraph(DerivedTable edges, int maxPending, TimeSpan wait, TimeProvider time)
{
    private readonly Dictionary<(TraceId, SpanId), Half> _pending = [];
    private readonly Queue<((TraceId, SpanId) Key, long Since)> _order = [];
    private readonly LabelBuffer _labels = new();
    private readonly ByteBuffer _node = new();

    /// <summary>Calls that could not be counted because a bound was met, since start.</summary>
    public long Overflow { get; private set; }

    public int Pending => _pending.Count;

    public void Observe(in SpanView view)
    {
        var span = view.Span;
        var isCaller = span.Kind is SpanKind.Client or SpanKind.Producer;
        if (!isCaller && (span.Kind is not (SpanKind.Server or SpanKind.Consumer) || span.ParentSpanId.IsEmpty))
            return;
        var key = (span.TraceId, isCaller ? span.SpanId : span.ParentSpanId);
        if (_pending.TryGetValue(key, out var other) && other.IsCaller != isCaller)
        {
            _pending.Remove(key);
            Pair(isCaller ? Half.Of(view, _node) : other, isCaller ? other : Half.Of(view, _node));
            return;
        }
        // Why: a producer may have many consumers, and a span may be sent twice; the half that waits stays the first.
        if (other is not null)
            return;
        if (_pending.Count >= maxPending)
        {
            Overflow++;
            return;
        }
        _pending[key] = Half.Of(view, _node);
        _order.Enqueue((key, time.GetTimestamp()));
    }

    /// <summary>Gives up waiting for halves whose time is over.</summary>
    public void Expire()
    {
        var now = time.GetTimestamp();
        while (_order.TryPeek(out var first) && time.GetElapsedTime(first.Since, now) >= wait)
        {
            _order.Dequeue();
            if (_pending.Remove(first.Key, out var half) && half.IsCaller && half.VirtualNode.Length > 0)
                Count(half.Service, half.VirtualNode, half.ConnectionType, half.IsError, half.DurationNanos, null);
        }
    }

    private void Pair(Half caller, Half callee)
    {
        var type = caller.ConnectionType is "database" or "messaging_system" ? caller.ConnectionType : "";
        Count(caller.Service, callee.Service, type, caller.IsError || callee.IsError, caller.DurationNanos, callee.DurationNanos);
    }

    private void Count(byte[] client, byte[] server, string type, bool isError, long clientNanos, long? serverNanos)
    {
        _labels.Clear();
        _labels.Add("client"u8, client);
        _labels.Add("server"u8, server);
        _labels.Add("connection_type"u8, type);
        _labels.Canonical(out var canonical);
        var edge = edges.Get(canonical);
        if (edge is null)
        {
            Overflow++;
            return;
        }
        edge.Calls++;
        if (isError)
            edge.Failed++;
        (edge.Client ??= new DurationHistogram()).Add(clientNanos);
        if (serverNanos is { } nanos)
            (edge.Server ??= new DurationHistogram()).Add(nanos);
        edge.IsChanged = true;
        edge.LastSeen = time.GetTimestamp();
    }

    /// <summary>One side of a call.</summary>
    private sealed record Half(bool IsCaller, byte[] Service, long DurationNanos, bool IsError, string ConnectionType, byte[] VirtualNode)
    {
        public static Half Of(in SpanView view, ByteBuffer node)
        {
            var kind = view.Span.Kind;
            var isCaller = kind is SpanKind.Client or SpanKind.Producer;
            node.Clear();
            var type = isCaller ? VirtualNodeOf(view, node) : "";
            return new Half(isCaller, view.Resource(ResourceKeys.ServiceName).ToArray(), view.Span.DurationNanos, view.IsError, type, node.Span.ToArray());
        }

        private static string VirtualNodeOf(in SpanView view, ByteBuffer node)
        {
            var type = !view.Database.IsEmpty ? "database" : !view.Messaging.IsEmpty ? "messaging_system" : "virtual_node";
            if (!view.Peer.IsEmpty)
                node.Append(view.Peer);
            else if (!view.Database.IsEmpty)
                Database(view, node);
            else if (!view.Messaging.IsEmpty)
                node.Append(view.Messaging);
            else
                node.Append(view.Address);
            return type;
        }

        private static void Database(in SpanView view, ByteBuffer node)
        {
            if (!view.DatabaseName.IsEmpty)
            {
                node.Append(view.DatabaseName);
                node.Append((byte)'@');
            }
            node.Append(view.Database);
        }
    }
}
