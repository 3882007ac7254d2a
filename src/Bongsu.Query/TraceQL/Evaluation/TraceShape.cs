using Bongsu.Telemetry.Events;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>
/// How the spans of one trace hang together. Linear in the spans, without recursion. Of spans with one id the first is the parent of all that name
/// it; a span that names itself, or one that is not there, has no parent here. Not thread-safe.
/// </summary>
internal sealed class TraceShape
{
    private readonly TraceView _trace;
    private int[]? _childCounts;
    private (int Left, int Right, int Parent)[]? _nested;

    public TraceShape(TraceView trace)
    {
        _trace = trace;
        Parents = new int[trace.Count];
        var byId = new Dictionary<SpanId, int>(trace.Count);
        for (var i = 0; i < trace.Count; i++)
            byId.TryAdd(trace.Span(i).SpanId, i);
        for (var i = 0; i < trace.Count; i++)
        {
            ref readonly var span = ref trace.Span(i);
            Parents[i] = span.ParentSpanId.IsEmpty || !byId.TryGetValue(span.ParentSpanId, out var parent) || parent == i ? -1 : parent;
            StartUnixNano = Math.Min(StartUnixNano, span.StartUnixNano);
            EndUnixNano = Math.Max(EndUnixNano, Math.Max(span.StartUnixNano, span.EndUnixNano));
            if (span.ParentSpanId.IsEmpty && (Root < 0 || span.StartUnixNano < trace.Span(Root).StartUnixNano))
                Root = i;
        }
    }

    public int[] Parents { get; }

    /// <summary>The first span without a parent, or -1.</summary>
    public int Root { get; } = -1;

    public long StartUnixNano { get; } = long.MaxValue;

    public long EndUnixNano { get; } = long.MinValue;

    public int[] ChildCounts => _childCounts ??= CountChildren();

    public (int Left, int Right, int Parent)[] NestedSets => _nested ??= Number();

    private int[] CountChildren()
    {
        var counts = new int[Parents.Length];
        foreach (var parent in Parents)
        {
            if (parent >= 0)
                counts[parent]++;
        }
        return counts;
    }

    private (int, int, int)[] Number()
    {
        var numbers = new (int Left, int Right, int Parent)[Parents.Length];
        var children = new List<int>?[Parents.Length];
        for (var i = 0; i < Parents.Length; i++)
        {
            if (Parents[i] >= 0)
                (children[Parents[i]] ??= []).Add(i);
        }
        var next = 1;
        var stack = new Stack<(int Span, int Child)>();
        for (var root = 0; root < Parents.Length; root++)
        {
            if (!_trace.Span(root).ParentSpanId.IsEmpty)
                continue;
            numbers[root] = (next++, 0, -1);
            stack.Push((root, 0));
            while (stack.TryPop(out var top))
            {
                if (children[top.Span] is { } list && top.Child < list.Count)
                {
                    stack.Push((top.Span, top.Child + 1));
                    var child = list[top.Child];
                    numbers[child] = (next++, 0, numbers[top.Span].Left);
                    stack.Push((child, 0));
                }
                else
                {
                    numbers[top.Span].Right = next++;
                }
            }
        }
        return numbers;
    }
}
