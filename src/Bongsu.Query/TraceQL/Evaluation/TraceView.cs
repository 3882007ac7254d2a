using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>The spans of one trace in a batch, with what follows from all of them together: root, bounds, parents. Not thread-safe.</summary>
internal sealed class TraceView
{
    private readonly int[] _rows;
    private readonly int[] _parents;
    private (int Left, int Right, int Parent)[]? _nested;

    public TraceView(SpanBatch batch, TraceId traceId, int[] rows)
    {
        Batch = batch;
        TraceId = traceId;
        _rows = rows;
        _parents = new int[rows.Length];
        var byId = new Dictionary<SpanId, int>(rows.Length);
        for (var i = 0; i < rows.Length; i++)
            byId.TryAdd(Span(i).SpanId, i);
        Root = -1;
        StartUnixNano = long.MaxValue;
        EndUnixNano = long.MinValue;
        for (var i = 0; i < rows.Length; i++)
        {
            ref readonly var span = ref Span(i);
            _parents[i] = span.ParentSpanId.IsEmpty || !byId.TryGetValue(span.ParentSpanId, out var parent) || parent == i ? -1 : parent;
            StartUnixNano = Math.Min(StartUnixNano, span.StartUnixNano);
            EndUnixNano = Math.Max(EndUnixNano, Math.Max(span.StartUnixNano, span.EndUnixNano));
            if (span.ParentSpanId.IsEmpty && (Root < 0 || span.StartUnixNano < Span(Root).StartUnixNano))
                Root = i;
        }
    }

    public SpanBatch Batch { get; }
    public TraceId TraceId { get; }
    public long StartUnixNano { get; }
    public long EndUnixNano { get; }
    public int Count => _rows.Length;

    /// <summary>The first span without a parent, or -1.</summary>
    public int Root { get; }

    public long DurationNanos => Math.Max(0, EndUnixNano - StartUnixNano);

    public string RootName => Root < 0 ? "" : Batch.Arena.GetString(Span(Root).Name);

    public string RootServiceName => Root < 0 ? "" : ServiceName(Root);

    public ref readonly Span Span(int index) => ref Batch.Spans.Span[_rows[index]];

    public int Parent(int index) => _parents[index];

    public string ServiceName(int index) => Batch.ResourceText(_rows[index], ResourceKeys.ServiceName) ?? "";

    /// <summary>Nested-set numbers as Tempo gives them: from 1 on, depth first; the parent's left number, -1 for a root, 0 for a span that hangs on none.</summary>
    public (int Left, int Right, int Parent) NestedSet(int index) => (_nested ??= Number())[index];

    private (int, int, int)[] Number()
    {
        var numbers = new (int Left, int Right, int Parent)[_rows.Length];
        var children = new List<int>?[_rows.Length];
        for (var i = 0; i < _rows.Length; i++)
        {
            if (_parents[i] >= 0)
                (children[_parents[i]] ??= []).Add(i);
        }
        var next = 1;
        var stack = new Stack<(int Span, int Child)>();
        for (var root = 0; root < _rows.Length; root++)
        {
            if (!Span(root).ParentSpanId.IsEmpty)
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
