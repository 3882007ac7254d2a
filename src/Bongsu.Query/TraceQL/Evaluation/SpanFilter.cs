using Bongsu.Query.TraceQL.Parsing;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>Picks spans of one trace by a selector, with as much of their ancestors and descendants as is asked for. Linear in the spans. Pure.</summary>
internal static class SpanFilter
{
    public static bool[] Pick(FieldExpr? condition, TraceView trace, int ancestors, int descendants)
    {
        var matched = new bool[trace.Count];
        for (var i = 0; i < matched.Length; i++)
            matched[i] = SpanEvaluation.Passes(condition, trace, i);
        var kept = (bool[])matched.Clone();
        if (ancestors > 0)
            Spread(matched, kept, ancestors, i => trace.Parent(i) is var parent and >= 0 ? [parent] : []);
        if (descendants > 0)
        {
            var children = Children(trace);
            Spread(matched, kept, descendants, i => children[i] ?? []);
        }
        return kept;
    }

    // Level by level from all matches at once: who is reached first is reached with the most levels to go, and each span once.
    private static void Spread(bool[] matched, bool[] kept, int levels, Func<int, List<int>> next)
    {
        var reached = (bool[])matched.Clone();
        var level = Enumerable.Range(0, matched.Length).Where(i => matched[i]).ToList();
        for (var depth = 0; depth < levels && level.Count > 0; depth++)
        {
            var further = new List<int>();
            foreach (var span in level.SelectMany(next))
            {
                if (reached[span])
                    continue;
                reached[span] = kept[span] = true;
                further.Add(span);
            }
            level = further;
        }
    }

    private static List<int>?[] Children(TraceView trace)
    {
        var children = new List<int>?[trace.Count];
        for (var i = 0; i < children.Length; i++)
        {
            if (trace.Parent(i) >= 0)
                (children[trace.Parent(i)] ??= []).Add(i);
        }
        return children;
    }
}
