namespace Bongsu.Response.Triage;

/// <summary>
/// Follows the excess of a service down its calls. Excess is (value − healthy value) × requests, so busy parts weigh more; what anomalous callees
/// explain is taken off their caller, and what remains is the caller's own. What a caller sees and its callee does not is credited to the way between.
/// </summary>
internal sealed class Localizer(CallGraph graph, TriageSpan span)
{
    private readonly Dictionary<(string, TriageKind), Shift> _nodeShifts = [];
    private readonly Dictionary<((string, string), TriageKind), Shift> _callShifts = [];

    public Localization Run(TriageKind kind, string root)
    {
        var excess = Math.Max(0, NodeShift(root, kind).Excess);
        var result = new Localization(kind, root, excess);
        result.Flow[root] = excess;
        var fractions = new Dictionary<string, double>(StringComparer.Ordinal) { [root] = 1 };
        var claimed = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var service in Order(kind, root, excess, out var calls))
            Split(result, service, calls[service], fractions, claimed);
        if (kind == TriageKind.Errors)
            HandOver(result);
        return result;
    }

    public Shift NodeShift(string service, TriageKind kind)
    {
        if (_nodeShifts.TryGetValue((service, kind), out var shift))
            return shift;
        shift = graph.Nodes.TryGetValue(service, out var node) ? Shift.Of(kind, node.Total, span.Healthy, node.Total, span.Affected) : Shift.None;
        return _nodeShifts[(service, kind)] = shift;
    }

    /// <summary>The call as its caller sees it; as its callee does when the caller sends no durations.</summary>
    public Shift CallShift(CallEdge edge, TriageKind kind)
    {
        var key = ((edge.Client, edge.Server), kind);
        if (_callShifts.TryGetValue(key, out var shift))
            return shift;
        var view = kind == TriageKind.Latency && Tally.Sum(edge.ClientView.Seconds, ..) <= 0 ? edge.ServerView : edge.ClientView;
        return _callShifts[key] = Shift.Of(kind, view, span.Healthy, view, span.Affected);
    }

    private void Split(Localization result, string service, List<CallEdge> calls, Dictionary<string, double> fractions, Dictionary<string, double> claimed)
    {
        var flow = result.Flow.GetValueOrDefault(service);
        var fraction = fractions.GetValueOrDefault(service);
        var wanted = calls.ConvertAll(e => CallShift(e, result.Kind).Excess * fraction);
        var total = wanted.Sum();
        // Calls made at the same time, or failures that were retried, add up to more than their caller shows.
        var scale = total > flow ? flow / total : 1;
        for (var i = 0; i < calls.Count; i++)
            Pass(result, calls[i], wanted[i] * scale, fraction, fractions, claimed);
        result.Credit(new SuspectKey(SuspectKind.Service, service), Math.Max(0, flow - (total * scale)));
    }

    private void Pass(Localization result, CallEdge call, double amount, double fraction, Dictionary<string, double> fractions, Dictionary<string, double> claimed)
    {
        if (amount <= 0)
            return;
        result.Pass(call, amount);
        if (graph.IsUninstrumented(call))
        {
            result.Credit(new SuspectKey(SuspectKind.External, call.Client, call.Server), amount);
            return;
        }
        var served = Math.Min(amount, CalleeExcess(call, result.Kind, fraction, claimed));
        if (amount - served <= TriageWeights.GapTolerance * amount)
            served = amount;
        claimed[call.Server] = claimed.GetValueOrDefault(call.Server) + served;
        if (amount > served)
            result.Credit(new SuspectKey(SuspectKind.Edge, call.Client, call.Server), amount - served);
        result.Flow[call.Server] = result.Flow.GetValueOrDefault(call.Server) + served;
        var requests = graph.Nodes[call.Server].Total.TotalRequests(span.Affected);
        var mine = requests > 0 ? call.ClientView.TotalRequests(span.Affected) * fraction / requests : 1;
        fractions[call.Server] = Math.Min(1, fractions.GetValueOrDefault(call.Server) + mine);
    }

    /// <summary>How much of the excess of a call the callee itself reports.</summary>
    private double CalleeExcess(CallEdge call, TriageKind kind, double fraction, Dictionary<string, double> claimed)
    {
        if (kind == TriageKind.Latency && Tally.Sum(call.ServerView.Seconds, ..) > 0)
            return Math.Max(0, Shift.Of(kind, call.ServerView, span.Healthy, call.ServerView, span.Affected).Excess * fraction);
        // Without a view by call, all that the callee reports and no other caller has claimed.
        return Math.Max(0, NodeShift(call.Server, kind).Excess - claimed.GetValueOrDefault(call.Server));
    }

    /// <summary>Calls that fail without a failure of the callee, while the callee is slow, are time-outs: the slowness is followed instead.</summary>
    private void HandOver(Localization result)
    {
        foreach (var (key, amount) in result.Own.ToList())
        {
            if (key.Kind != SuspectKind.Edge || !NodeShift(key.Peer!, TriageKind.Latency).IsAnomalous)
                continue;
            var slow = Run(TriageKind.Latency, key.Peer!);
            if (slow.Excess <= 0)
                continue;
            result.Own.Remove(key);
            // Its callees fail nobody either: they keep it waiting until its own callers give up.
            result.Slow.Add(key.Peer!);
            result.Slow.UnionWith(slow.Flow.Where(f => f.Value > 0 && !NodeShift(f.Key, TriageKind.Errors).IsAnomalous).Select(f => f.Key));
            foreach (var (cause, own) in slow.Own)
                result.Credit(cause, amount * own / slow.Excess);
            foreach (var ((client, server), flow) in slow.EdgeFlow)
                result.Pass(graph.Edges[(client, server)], amount * flow / slow.Excess);
        }
    }

    /// <summary>Services reachable through anomalous calls, callers before callees; a call that would close a circle is left out.</summary>
    private List<string> Order(TriageKind kind, string root, double excess, out Dictionary<string, List<CallEdge>> calls)
    {
        var order = new List<string>();
        var found = new Dictionary<string, List<CallEdge>>(StringComparer.Ordinal);
        var open = new HashSet<string>(StringComparer.Ordinal);
        Visit(root);
        order.Reverse();
        calls = found;
        return order;

        void Visit(string service)
        {
            var mine = found[service] = [];
            open.Add(service);
            foreach (var call in graph.CallsOf(service))
            {
                if (call.IsMessage || open.Contains(call.Server) || !IsAnomalous(call))
                    continue;
                mine.Add(call);
                if (!graph.IsUninstrumented(call) && !found.ContainsKey(call.Server) && found.Count < MaxServices)
                    Visit(call.Server);
            }
            open.Remove(service);
            order.Add(service);
        }

        bool IsAnomalous(CallEdge call)
        {
            var shift = CallShift(call, kind);
            return shift.IsAnomalous && shift.Excess >= TriageWeights.PartMinShare * excess;
        }
    }

    // Recursion as deep as the longest chain of calls; deeper than any real one.
    private const int MaxServices = 500;
}
