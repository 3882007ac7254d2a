using System.Globalization;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.Traces;

/// <summary>Reads one trace's shape: critical path, self times, the widest wait, and what is wrong with it. Pure; works on any batch of one trace.</summary>
public static class TraceAnalyzer
{
    /// <summary>Null when the batch is empty.</summary>
    public static TraceAnalysis? Analyze(SpanBatch batch)
    {
        if (batch.Count == 0)
            return null;
        var tree = new SpanTree(batch);
        var root = MainRoot(tree);
        long start = long.MaxValue, end = long.MinValue;
        var errors = 0;
        for (var i = 0; i < tree.Count; i++)
        {
            start = Math.Min(start, tree[i].StartUnixNano);
            end = Math.Max(end, End(tree, i));
            errors += tree[i].Status == SpanStatus.Error ? 1 : 0;
        }
        return new TraceAnalysis
        {
            TraceId = tree[root].TraceId,
            RootService = Service(batch, tree, root),
            RootName = batch.Arena.GetString(tree[root].Name),
            StartUnixNano = start,
            DurationNanos = end - start,
            SpanCount = tree.Count,
            ErrorCount = errors,
            Services = Services(batch, tree),
            CriticalPath = CriticalPath.Of(tree, root, start),
            WidestWait = WidestWait(batch, tree),
            SelfNanos = SelfTimes(tree),
            Problems = Problems(tree),
        };
    }

    internal static long End(SpanTree tree, int index) => tree[index].StartUnixNano + tree[index].DurationNanos;

    // The longest span without a parent; where none is a root, the longest that lost its parent.
    private static int MainRoot(SpanTree tree)
    {
        var best = tree.Tops[0];
        foreach (var top in tree.Tops)
        {
            bool isRoot = tree[top].ParentSpanId.IsEmpty, bestIsRoot = tree[best].ParentSpanId.IsEmpty;
            if ((isRoot && !bestIsRoot) || (isRoot == bestIsRoot && tree[top].DurationNanos > tree[best].DurationNanos))
                best = top;
        }
        return best;
    }

    private static string Service(SpanBatch batch, SpanTree tree, int index) => batch.ResourceText(tree.Row(index), ResourceKeys.ServiceName) ?? "";

    private static List<string> Services(SpanBatch batch, SpanTree tree)
    {
        var names = new Dictionary<int, string>();
        var services = new Dictionary<string, long>();
        for (var i = 0; i < tree.Count; i++)
        {
            if (!names.TryGetValue(tree[i].Resource, out var name))
                names[tree[i].Resource] = name = Service(batch, tree, i);
            if (name.Length > 0 && (!services.TryGetValue(name, out var first) || tree[i].StartUnixNano < first))
                services[name] = tree[i].StartUnixNano;
        }
        return [.. services.OrderBy(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Key)];
    }

    // Children come by start time, so one pass over them measures their union.
    private static Dictionary<SpanId, long> SelfTimes(SpanTree tree)
    {
        var self = new Dictionary<SpanId, long>(tree.Count);
        for (var i = 0; i < tree.Count; i++)
        {
            long end = End(tree, i), covered = 0, reached = tree[i].StartUnixNano;
            foreach (var child in tree.Children(i))
            {
                var from = Math.Max(reached, tree[child].StartUnixNano);
                var to = Math.Min(end, End(tree, child));
                if (to <= from)
                    continue;
                covered += to - from;
                reached = to;
            }
            self[tree[i].SpanId] = tree[i].DurationNanos - covered;
        }
        return self;
    }

    // What a caller waited for beyond the time of the called side: all of it when that side sent no span.
    private static WidestWait? WidestWait(SpanBatch batch, SpanTree tree)
    {
        WidestWait? widest = null;
        for (var i = 0; i < tree.Count; i++)
        {
            if (tree[i].Kind != SpanKind.Client)
                continue;
            var called = -1;
            foreach (var child in tree.Children(i))
            {
                if (tree[child].Kind == SpanKind.Server && (called < 0 || tree[child].DurationNanos > tree[called].DurationNanos))
                    called = child;
            }
            var nanos = Math.Max(0, tree[i].DurationNanos - (called < 0 ? 0 : tree[called].DurationNanos));
            if (widest is null || nanos > widest.Nanos)
                widest = new WidestWait(tree[i].SpanId, called < 0 ? Peer(batch, tree[i]) : Service(batch, tree, called), nanos);
        }
        return widest;
    }

    private static string Peer(SpanBatch batch, in Span span) =>
        batch.Attributes.FindString(span.Attributes, "peer.service"u8)
        ?? batch.Attributes.FindString(span.Attributes, "server.address"u8)
        ?? batch.Attributes.FindString(span.Attributes, "net.peer.name"u8)
        ?? batch.Attributes.FindString(span.Attributes, "db.system.name"u8)
        ?? batch.Attributes.FindString(span.Attributes, "db.system"u8)
        ?? batch.Attributes.FindString(span.Attributes, "messaging.system"u8)
        ?? "";

    private static List<string> Problems(SpanTree tree)
    {
        var problems = new List<string>();
        if (tree.Roots == 0)
            problems.Add("The root span is missing: no span is without a parent.");
        if (tree.Roots > 1)
            problems.Add($"The trace has {Number(tree.Roots)} roots; the longest is taken for the root.");
        if (tree.Orphans > 0)
            problems.Add($"{Spans(tree.Orphans)} a parent that is not in the trace; it was not sent, was sampled away, or is still to come.");
        if (tree.Duplicates > 0)
            problems.Add($"{Spans(tree.Duplicates)} an id that another span has; the first of each counts.");
        if (tree.Cycles > 0)
            problems.Add(tree.Cycles == 1 ? "Parents form a circle; it is cut at one place." : $"Parents form a circle {Number(tree.Cycles)} times; each is cut at one place.");
        int backwards = 0, skewed = 0;
        long widest = 0;
        for (var i = 0; i < tree.Count; i++)
        {
            backwards += tree[i].EndUnixNano < tree[i].StartUnixNano ? 1 : 0;
            if (tree.Parent(i) < 0 || tree[tree.Parent(i)].Resource == tree[i].Resource)
                continue;
            var early = tree[tree.Parent(i)].StartUnixNano - tree[i].StartUnixNano;
            if (early <= 0)
                continue;
            skewed++;
            widest = Math.Max(widest, early);
        }
        if (backwards > 0)
            problems.Add($"{Spans(backwards)} an end before the start; the duration is taken as zero.");
        if (skewed > 0)
            problems.Add($"Clocks disagree: {(skewed == 1 ? "1 span starts before its" : $"{Number(skewed)} spans start before their")} parent on another host, by up to {(widest / 1e6).ToString("0.###", CultureInfo.InvariantCulture)} ms. Times are shown as sent.");
        return problems;
    }

    private static string Spans(int count) => count == 1 ? "1 span has" : $"{Number(count)} spans have";

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
