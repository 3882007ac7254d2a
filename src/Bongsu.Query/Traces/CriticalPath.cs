namespace Bongsu.Query.Traces;

/// <summary>
/// What a trace waited for, seen as if every span worked or waited for one child at a time: from the end of the root back, the child that finished
/// last before that moment was the one waited for, then its children likewise; what no child covers is the span's own. Each child is looked at once.
/// </summary>
internal static class CriticalPath
{
    public static IReadOnlyList<CriticalSegment> Of(SpanTree tree, int root, long originUnixNano)
    {
        var segments = new List<CriticalSegment>();
        var stack = new Stack<Frame>();
        stack.Push(Frame.Of(tree, root, tree[root].StartUnixNano, TraceAnalyzer.End(tree, root)));
        while (stack.TryPop(out var frame))
        {
            var next = frame.NextChild(tree);
            if (next < 0)
            {
                Add(segments, tree, frame.Span, frame.From, frame.Until, originUnixNano);
                continue;
            }
            // What lies behind the child's end is the span's own; a child may outlive its parent and start before it: it is clipped.
            var childEnd = Math.Min(TraceAnalyzer.End(tree, next), frame.Until);
            var childStart = Math.Max(tree[next].StartUnixNano, frame.From);
            Add(segments, tree, frame.Span, childEnd, frame.Until, originUnixNano);
            stack.Push(frame with { Until = childStart });
            stack.Push(Frame.Of(tree, next, childStart, childEnd));
        }
        segments.Reverse();
        return segments;
    }

    private static void Add(List<CriticalSegment> segments, SpanTree tree, int span, long from, long to, long origin)
    {
        if (to > from)
            segments.Add(new CriticalSegment(tree[span].SpanId, from - origin, to - origin));
    }

    /// <summary>A span on the way back: the stretch of it still to be explained, and its children from the last that ended on.</summary>
    private sealed record Frame(int Span, long From, long Until, int[] ByEnd, Cursor Cursor)
    {
        public static Frame Of(SpanTree tree, int span, long from, long until)
        {
            var children = tree.Children(span).ToArray();
            Array.Sort(children, (a, b) => TraceAnalyzer.End(tree, b).CompareTo(TraceAnalyzer.End(tree, a)));
            return new Frame(span, from, until, children, new Cursor());
        }

        // Ended within the stretch; the first one may outlive it, then it was waited for to the very end.
        public int NextChild(SpanTree tree)
        {
            while (Cursor.At < ByEnd.Length)
            {
                var child = ByEnd[Cursor.At++];
                var end = TraceAnalyzer.End(tree, child);
                if (tree[child].StartUnixNano < Until && end > From && (end <= Until || !Cursor.HasTaken))
                {
                    Cursor.HasTaken = true;
                    return child;
                }
            }
            return -1;
        }
    }

    private sealed class Cursor
    {
        public int At { get; set; }
        public bool HasTaken { get; set; }
    }
}
