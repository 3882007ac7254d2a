namespace Bongsu.Response.Triage;

/// <summary>Where the excess of one service comes from: what flows through each call, and what each part adds itself.</summary>
internal sealed class Localization(TriageKind kind, string root, double excess)
{
    public TriageKind Kind => kind;
    public string Root => root;

    /// <summary>Failed requests or request-seconds too many at the root.</summary>
    public double Excess => excess;

    public SortedDictionary<SuspectKey, double> Own { get; } = [];

    /// <summary>Excess that arrives at a service through its callers (at the root: all of it).</summary>
    public SortedDictionary<string, double> Flow { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<(string Client, string Server), double> EdgeFlow { get; } = [];

    /// <summary>Services that fail their callers by answering too slowly, not by failing.</summary>
    public SortedSet<string> Slow { get; } = new(StringComparer.Ordinal);

    public double ShareOf(SuspectKey key) => excess > 0 ? Own.GetValueOrDefault(key) / excess : 0;

    public void Credit(SuspectKey key, double amount) => Own[key] = Own.GetValueOrDefault(key) + amount;

    public void Pass(CallEdge edge, double amount)
    {
        EdgeFlow[(edge.Client, edge.Server)] = EdgeFlow.GetValueOrDefault((edge.Client, edge.Server)) + amount;
    }

    /// <summary>The calls from the root to a service along the greatest flow.</summary>
    public IReadOnlyList<TriagePathHop> PathTo(string service)
    {
        var hops = new List<TriagePathHop>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (service != root && seen.Add(service))
        {
            var into = EdgeFlow.Where(e => e.Key.Server == service).OrderByDescending(e => e.Value).ThenBy(e => e.Key.Client, StringComparer.Ordinal).FirstOrDefault();
            if (into.Key.Client is null)
                return [];
            hops.Add(new TriagePathHop(into.Key.Client, service, Math.Min(1, into.Value / excess)));
            service = into.Key.Client;
        }
        hops.Reverse();
        return hops;
    }

    /// <summary>Services downstream of one through calls that carry excess, itself included.</summary>
    public SortedSet<string> Downstream(string service)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal) { service };
        var queue = new Queue<string>([service]);
        while (queue.TryDequeue(out var from))
        {
            foreach (var ((client, server), _) in EdgeFlow)
            {
                if (client == from && seen.Add(server))
                    queue.Enqueue(server);
            }
        }
        return seen;
    }
}
