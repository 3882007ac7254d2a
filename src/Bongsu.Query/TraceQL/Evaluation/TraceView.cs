using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>
/// The spans of one trace in a batch; what follows from all of them together (root, bounds, parents) is worked out when it is first asked for. Made by
/// <see cref="OfAllRows"/> it holds a whole batch of any traces, and then only single spans may be asked for. Not thread-safe.
/// </summary>
internal sealed class TraceView
{
    private readonly int[]? _rows;
    private readonly Action? _checkTime;
    private TraceShape? _shape;

    /// <param name="batch">Holds the spans, maybe among others.</param>
    /// <param name="rows">Which they are.</param>
    /// <param name="checkTime">Throws when the query has had its time.</param>
    public TraceView(SpanBatch batch, int[] rows, Action? checkTime = null) => (Batch, _rows, _checkTime) = (batch, rows, checkTime);

    private TraceView(SpanBatch batch) => Batch = batch;

    public SpanBatch Batch { get; }

    public int Count => _rows?.Length ?? Batch.Count;

    public TraceId TraceId => Span(0).TraceId;

    public long StartUnixNano => Shape.StartUnixNano;

    public long EndUnixNano => Shape.EndUnixNano;

    public long DurationNanos => Math.Max(0, EndUnixNano - StartUnixNano);

    public string RootName => Shape.Root < 0 ? "" : Batch.Arena.GetString(Span(Shape.Root).Name);

    public string RootServiceName => Shape.Root < 0 ? "" : ServiceName(Shape.Root);

    private TraceShape Shape => _shape ??= new TraceShape(this);

    /// <summary>Asked between steps: one over a trace of 100,000 spans takes a while, and a query may have a thousand.</summary>
    public void CheckTime() => _checkTime?.Invoke();

    public static TraceView OfAllRows(SpanBatch batch) => new(batch);

    public ref readonly Span Span(int index) => ref Batch.Spans.Span[_rows is null ? index : _rows[index]];

    public string ServiceName(int index) => Batch.ResourceText(_rows is null ? index : _rows[index], ResourceKeys.ServiceName) ?? "";

    /// <summary>The parent within the trace, or -1. Parents may form a circle.</summary>
    public int Parent(int index) => Shape.Parents[index];

    public int ChildCount(int index) => Shape.ChildCounts[index];

    /// <summary>Nested-set numbers as Tempo gives them: from 1 on, depth first; the parent's left number, -1 for a root, 0 for a span that hangs on none.</summary>
    public (int Left, int Right, int Parent) NestedSet(int index) => Shape.NestedSets[index];
}
