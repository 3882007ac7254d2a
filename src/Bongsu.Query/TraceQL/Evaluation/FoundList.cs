namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>
/// The traces that a search has found: the first ones up to its limit, or, where the newest are asked for, all until there are twice as many as wanted,
/// of which the older half goes. Not thread-safe.
/// </summary>
internal sealed class FoundList(int limit, int maxSpans, bool keepsNewest)
{
    /// <summary>Found before sorting out what is too old, so that small limits do not sort at every trace.</summary>
    private const int Slack = 64;

    private readonly List<FoundTrace> _found = [];
    private long _spans;

    public int Count => _found.Count;

    /// <summary>Whether more are wanted.</summary>
    public bool Add(FoundTrace trace)
    {
        _found.Add(trace);
        _spans += SpansOf(trace);
        if (keepsNewest && _found.Count >= 2L * limit + Slack)
            DropOlder();
        if (_spans > maxSpans)
            throw new TraceQlEvaluationException(QueryFailureKind.Execution, $"search gives more than {maxSpans} spans; ask for fewer traces, or fewer spans of each (spss)");
        return keepsNewest || _found.Count < limit;
    }

    /// <summary>Whether there are enough that start at a time or later.</summary>
    public bool IsFullFrom(long startNanos) => _found.Count(t => t.StartUnixNano >= startNanos) >= limit;

    public List<FoundTrace> NewestFirst()
    {
        DropOlder();
        return _found;
    }

    private void DropOlder()
    {
        _found.Sort(static (a, b) => b.StartUnixNano.CompareTo(a.StartUnixNano));
        if (_found.Count <= limit)
            return;
        _found.RemoveRange(limit, _found.Count - limit);
        _spans = _found.Sum(SpansOf);
    }

    private static long SpansOf(FoundTrace trace) => trace.Spansets.Sum(s => (long)s.Spans.Count);
}
