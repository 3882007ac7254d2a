using Bongsu.Query.TraceQL.Metrics;
using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>Finds traces: candidates from single spans, newest first, then whole traces in small groups. One instance per query.</summary>
internal sealed class TraceSearch(ISpanStore spans, TraceQlLimits limits, TimeProvider time, CancellationToken cancellationToken)
{
    // Groups of traces start small, so that a small limit is met early, and double, so that a search through everything asks the store seldom; of large
    // traces there are fewer in a group, for all its spans are in memory together.
    private const int FirstGroup = 32;
    private const int LargestGroup = 1024;
    private const int SpansOfGroup = 100_000;

    /// <summary>The newest slice is this part of the range.</summary>
    private const int FirstSlice = 256;

    private const int CheckEvery = 1024;

    private readonly long _started = time.GetTimestamp();
    private readonly HashSet<TraceId> _seen = [];

    public List<string> Warnings { get; } = [];

    public int TracesInspected { get; private set; }

    public long SpansInspected { get; private set; }

    /// <summary>Hands every whole trace that may match to <paramref name="onTrace"/>, until that returns false.</summary>
    /// <param name="stillWanted">How many more traces are wanted: no more are fetched at first, nor later where every candidate is a match.</param>
    public ValueTask RunAsync(SearchPlan plan, long startNanos, long endNanos, Func<TraceView, bool> onTrace, Func<int>? stillWanted = null) =>
        ReadAsync(plan, startNanos, endNanos, trace => !plan.IsWithin(trace, startNanos, endNanos) || onTrace(trace), stillWanted);

    /// <summary>
    /// As <see cref="RunAsync"/>, but over slices of the range from the newest back, until <paramref name="isEnough"/> says that nothing older than a
    /// slice's start is wanted. Slices double, so that a search through everything asks the store a few times only.
    /// </summary>
    public async ValueTask RunSlicedAsync(SearchPlan plan, long startNanos, long endNanos, Func<TraceView, bool> onTrace, Func<long, bool> isEnough)
    {
        var slice = Math.Max(1, (endNanos - startNanos) / FirstSlice);
        for (var to = endNanos; to > startNanos; slice = Math.Min(slice * 2, long.MaxValue / 4))
        {
            var from = Math.Max(startNanos, to - slice);
            await ReadAsync(plan, from, to, trace => !plan.IsWithin(trace, startNanos, endNanos) || onTrace(trace), null).ConfigureAwait(false);
            if (isEnough(from))
                return;
            to = from;
        }
    }

    /// <summary>Hands every matching span of a plan that is spanwise to <paramref name="onSpan"/>, until that returns false.</summary>
    public async ValueTask RunSpansAsync(SearchPlan plan, long startNanos, long endNanos, Func<TraceView, int, bool> onSpan)
    {
        await foreach (var batch in spans.SelectAsync(plan.Select(startNanos, endNanos, isWhole: true), Warnings, cancellationToken).ConfigureAwait(false))
        {
            var view = TraceView.OfAllRows(batch);
            for (var row = 0; row < batch.Count; row++)
            {
                Inspect();
                var start = batch.Spans[row].StartUnixNano;
                if (start >= startNanos && start < endNanos && plan.MayMatch(view, row) && !onSpan(view, row))
                    return;
            }
        }
    }

    /// <summary>
    /// Hands every span that a pipeline picks to <paramref name="onSpan"/>, which reads <paramref name="read"/> of it, until that returns false: one by one
    /// where that tells the same as whole traces.
    /// </summary>
    public ValueTask EachSpanAsync(SpansetPipeline pipeline, FieldsRead read, bool needsTrace, long startNanos, long endNanos, Func<TraceView, int, bool> onSpan)
    {
        var plan = new SearchPlan(pipeline, read);
        if (plan.IsSpanwise && !needsTrace)
            return RunSpansAsync(plan, startNanos, endNanos, onSpan);
        // Each metrics function of a query is a search of its own.
        _seen.Clear();
        return RunAsync(plan, startNanos, endNanos, trace =>
        {
            foreach (var set in SpansetEvaluation.Run(pipeline, trace))
            {
                foreach (var span in set.Spans)
                {
                    if (!onSpan(trace, span))
                        return false;
                }
            }
            return true;
        });
    }

    /// <summary>Hands the spans of a metrics function to its metric.</summary>
    public ValueTask FoldAsync(MetricSelect select, MetricSteps steps, SpanMetric metric, FieldsRead read)
    {
        var function = select.Function;
        var needsTrace = function.Compare is not null || (function.Field is { } field && TraceQlTypes.NeedsTrace(field)) || function.By.Any(b => TraceQlTypes.NeedsTrace(b.Field));
        return EachSpanAsync(select.Spans, read.Add(function), needsTrace, steps.StartNanos, steps.EndNanos, (spans, span) =>
        {
            metric.Add(spans, span);
            return true;
        });
    }

    private async ValueTask ReadAsync(SearchPlan plan, long startNanos, long endNanos, Func<TraceView, bool> onTrace, Func<int>? stillWanted)
    {
        var group = new HashSet<TraceId>();
        var size = NextGroup(FirstGroup, stillWanted);
        await foreach (var batch in spans.SelectAsync(plan.Select(startNanos, endNanos, isWhole: false), Warnings, cancellationToken).ConfigureAwait(false))
        {
            var view = TraceView.OfAllRows(batch);
            foreach (var row in NewestFirst(batch))
            {
                Inspect();
                var traceId = batch.Spans[row].TraceId;
                if (_seen.Contains(traceId) || !plan.MayMatch(view, row))
                    continue;
                if (_seen.Count >= limits.MaxTraces)
                    throw new TraceQlEvaluationException(QueryFailureKind.Execution, $"search looks at more than {limits.MaxTraces} traces; narrow the time range or the query");
                _seen.Add(traceId);
                TracesInspected++;
                group.Add(traceId);
                if (group.Count < size)
                    continue;
                if (await EvaluateAsync(plan, group, onTrace).ConfigureAwait(false) is not { } spanCount)
                    return;
                size = NextGroup(Math.Min(size * 2, SpansOfGroup / Math.Max(1, spanCount / group.Count)), plan.IsSpanwise ? stillWanted : null);
                group.Clear();
            }
        }
        if (group.Count > 0)
            await EvaluateAsync(plan, group, onTrace).ConfigureAwait(false);
    }

    private void Inspect()
    {
        if (++SpansInspected % CheckEvery == 0)
            CheckTime();
    }

    private static int[] NewestFirst(SpanBatch batch)
    {
        var rows = new int[batch.Count];
        var starts = new long[batch.Count];
        var isSorted = true;
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
            starts[i] = -batch.Spans.Span[i].StartUnixNano;
            isSorted &= i == 0 || starts[i] >= starts[i - 1];
        }
        if (!isSorted)
            Array.Sort(starts, rows);
        return rows;
    }

    private static int NextGroup(int traces, Func<int>? stillWanted) => Math.Clamp(Math.Min(traces, stillWanted?.Invoke() ?? int.MaxValue), 1, LargestGroup);

    // How many spans the traces have; null when no more are wanted.
    private async ValueTask<int?> EvaluateAsync(SearchPlan plan, HashSet<TraceId> group, Func<TraceView, bool> onTrace)
    {
        var batch = await spans.TracesAsync(group, plan.Columns, Warnings, cancellationToken).ConfigureAwait(false);
        var rows = new Dictionary<TraceId, List<int>>();
        for (var i = 0; i < batch.Count; i++)
        {
            var id = batch.Spans[i].TraceId;
            if (!rows.TryGetValue(id, out var list))
                rows[id] = list = [];
            list.Add(i);
        }
        foreach (var id in group)
        {
            CheckTime();
            if (rows.TryGetValue(id, out var list) && !onTrace(new TraceView(batch, [.. list], CheckTime)))
                return null;
        }
        return batch.Count;
    }

    private void CheckTime()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (time.GetElapsedTime(_started) > limits.Timeout)
            throw new TraceQlEvaluationException(QueryFailureKind.Timeout, $"search timed out after {limits.Timeout.TotalSeconds:0} s and {SpansInspected} spans; narrow the time range or the query");
    }
}

/// <summary>Ends an evaluation that cannot go on; the engine turns it into a <see cref="QueryFailure"/>.</summary>
internal sealed class TraceQlEvaluationException(QueryFailureKind kind, string message) : Exception(message)
{
    public QueryFailureKind Kind { get; } = kind;
}
