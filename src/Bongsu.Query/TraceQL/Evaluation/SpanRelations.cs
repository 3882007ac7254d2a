namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>Which spans stand in a structural relation to others; linear in the trace, cycles do no harm. Pure.</summary>
internal static class SpanRelations
{
    /// <summary>Those of <paramref name="right"/> to which some of <paramref name="left"/> stands as told: &gt; parent, &gt;&gt; ancestor, &lt; child, &lt;&lt; descendant, ~ sibling.</summary>
    public static List<int> Related(string relation, List<int> left, List<int> right, TraceView trace)
    {
        switch (relation)
        {
            case ">":
                var parents = left.ToHashSet();
                return right.FindAll(i => trace.Parent(i) >= 0 && parents.Contains(trace.Parent(i)));
            case "<":
                var wanted = left.Select(trace.Parent).ToHashSet();
                return right.FindAll(wanted.Contains);
            case ">>":
                var below = Below(left, trace);
                return right.FindAll(i => below[i]);
            case "<<":
                var above = Above(left, trace);
                return right.FindAll(i => above[i]);
            default:
                return Siblings(left, right, trace);
        }
    }

    private static List<int> Siblings(List<int> left, List<int> right, TraceView trace)
    {
        var counts = new Dictionary<int, int>();
        foreach (var i in left)
            counts[trace.Parent(i)] = counts.GetValueOrDefault(trace.Parent(i)) + 1;
        var own = left.ToHashSet();
        return right.FindAll(i => trace.Parent(i) >= 0 && counts.GetValueOrDefault(trace.Parent(i)) > (own.Contains(i) ? 1 : 0));
    }

    // Each walk up stops where an earlier one decided, so every span is visited once or twice.
    private static bool[] Below(List<int> left, TraceView trace)
    {
        var known = new sbyte[trace.Count];
        var isLeft = new bool[trace.Count];
        foreach (var i in left)
            isLeft[i] = true;
        var path = new List<int>();
        for (var i = 0; i < trace.Count; i++)
        {
            path.Clear();
            var at = i;
            while (known[at] == 0 && path.Count <= trace.Count)
            {
                path.Add(at);
                known[at] = 3;
                var parent = trace.Parent(at);
                if (parent < 0 || known[parent] == 3)
                    break;
                at = parent;
            }
            for (var p = path.Count - 1; p >= 0; p--)
            {
                var parent = trace.Parent(path[p]);
                known[path[p]] = parent >= 0 && (isLeft[parent] || known[parent] == 2) ? (sbyte)2 : (sbyte)1;
            }
        }
        return Array.ConvertAll(known, k => k == 2);
    }

    private static bool[] Above(List<int> left, TraceView trace)
    {
        var above = new bool[trace.Count];
        foreach (var i in left)
        {
            for (var at = trace.Parent(i); at >= 0 && !above[at]; at = trace.Parent(at))
                above[at] = true;
        }
        return above;
    }
}
