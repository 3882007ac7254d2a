namespace Bongsu.Response.Triage;

/// <summary>Everything that was read for one triage: services and calls on one grid of bins.</summary>
internal sealed class CallGraph(BinGrid grid)
{
    public BinGrid Grid => grid;
    public SortedDictionary<string, CallNode> Nodes { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<(string Client, string Server), CallEdge> Edges { get; } = [];

    public IEnumerable<CallEdge> CallsOf(string service) => Edges.Values.Where(e => e.Client == service);

    public IEnumerable<CallEdge> CallsTo(string service) => Edges.Values.Where(e => e.Server == service);

    /// <summary>A peer without requests of its own in the telemetry.</summary>
    public bool IsUninstrumented(CallEdge edge) => edge.IsOutside || !Nodes.ContainsKey(edge.Server);

    /// <summary>Services that can be reached from one by calls, itself included.</summary>
    public SortedSet<string> Reachable(string from)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal) { from };
        var queue = new Queue<string>([from]);
        while (queue.TryDequeue(out var service))
        {
            foreach (var call in CallsOf(service))
            {
                if (seen.Add(call.Server))
                    queue.Enqueue(call.Server);
            }
        }
        return seen;
    }

    /// <summary>Services whose calls lead to one, without itself.</summary>
    public SortedSet<string> Callers(string of)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        var queue = new Queue<string>([of]);
        while (queue.TryDequeue(out var service))
        {
            foreach (var call in CallsTo(service))
            {
                if (call.Client != of && seen.Add(call.Client))
                    queue.Enqueue(call.Client);
            }
        }
        return seen;
    }
}
