using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL;

/// <summary>One found trace. Times in ns.</summary>
public sealed record TraceSummary
{
    public required TraceId TraceId { get; init; }
    public required string RootServiceName { get; init; }
    public required string RootName { get; init; }
    public required long StartUnixNano { get; init; }
    public required long DurationNanos { get; init; }
    public required int SpanCount { get; init; }
    public required int ErrorCount { get; init; }
    /// <summary>The spans that matched, at most three.</summary>
    public required IReadOnlyList<MatchedSpan> Matched { get; init; }
    public required int MatchedCount { get; init; }
}

public sealed record MatchedSpan(SpanId SpanId, string Name, string ServiceName, long StartUnixNano, long DurationNanos,
    IReadOnlyList<KeyValuePair<string, string>> Attributes);

/// <summary>Searches traces by TraceQL over any store. Thread-safe.</summary>
public sealed class TraceQlEngine(ITelemetryStore store, TimeProvider time, TraceQlLimits? limits = null)
{
    private const int SummarySpans = 3;
    private const int MaxSteps = 11_000;
    private const int MaxSeries = 10_000;
    private const int MaxValues = 10_000;

    private readonly TraceQlLimits _limits = limits ?? new TraceQlLimits();

    /// <summary>Newest traces first that match and have a span that starts in [startNanos, endNanos).</summary>
    public async ValueTask<QueryAnswer<IReadOnlyList<TraceSummary>>> SearchAsync(string query, long startNanos, long endNanos, int limit,
        CancellationToken cancellationToken)
    {
        var answer = await FindAsync(query, startNanos, endNanos, limit, SummarySpans, cancellationToken).ConfigureAwait(false);
        return new QueryAnswer<IReadOnlyList<TraceSummary>>(answer.Value?.Traces.Select(Summary).ToList(), answer.Failure, answer.Warnings, answer.Infos);
    }

    /// <summary>As <see cref="SearchAsync"/>, with the span sets in full: at most spansPerSpanset spans of each.</summary>
    public ValueTask<QueryAnswer<TraceSearchResult>> FindAsync(string query, long startNanos, long endNanos, int limit, int spansPerSpanset,
        CancellationToken cancellationToken) => RunAsync(query, cancellationToken, async (pipeline, search) =>
        {
            if (pipeline.Stages[^1] is MetricStage)
                throw new TraceQlEvaluationException(QueryFailureKind.BadQuery, "a metrics query gives no traces; ask it as metrics");
            var found = new List<FoundTrace>();
            await search.RunAsync(new SearchPlan(pipeline), startNanos, endNanos, trace =>
            {
                var sets = SpansetEvaluation.Run(pipeline, trace);
                if (sets.Count > 0)
                    found.Add(FoundTraces.Of(trace, sets, pipeline, spansPerSpanset));
                return found.Count < limit;
            }).ConfigureAwait(false);
            found.Sort(static (a, b) => b.StartUnixNano.CompareTo(a.StartUnixNano));
            return new TraceSearchResult(found, search.TracesInspected, search.SpansInspected);
        });

    /// <summary>A metrics query (<c>{…} | rate() by (…)</c>) over the steps of [startNanos, endNanos).</summary>
    public ValueTask<QueryAnswer<TraceMetrics>> MetricsAsync(string query, long startNanos, long endNanos, long stepNanos, CancellationToken cancellationToken) =>
        RunAsync(query, cancellationToken, async (pipeline, search) =>
        {
            if (pipeline.Stages[^1] is not MetricStage metric)
                throw new TraceQlEvaluationException(QueryFailureKind.BadQuery, "not a metrics query: it ends in no metrics function such as rate()");
            if (stepNanos <= 0 || endNanos <= startNanos || (endNanos - startNanos) / stepNanos > MaxSteps)
                throw new TraceQlEvaluationException(QueryFailureKind.BadQuery, $"the time range must hold 1 to {MaxSteps} steps");
            var buckets = new MetricBuckets(metric, startNanos, endNanos, stepNanos, MaxSeries);
            await search.RunAsync(new SearchPlan(pipeline), startNanos, endNanos, trace =>
            {
                foreach (var set in SpansetEvaluation.Run(pipeline, trace))
                {
                    foreach (var span in set.Spans)
                        buckets.Add(trace, span);
                }
                return true;
            }).ConfigureAwait(false);
            return buckets.Result();
        });

    /// <summary>The distinct values that a field (an attribute or an intrinsic) has on the spans that a query matches.</summary>
    public async ValueTask<QueryAnswer<IReadOnlyList<TraceValue>>> ValuesAsync(string field, string query, long startNanos, long endNanos,
        CancellationToken cancellationToken)
    {
        var expr = TraceQlParser.TryParseField(field, _limits, out var failure);
        if (expr is null)
            return new QueryAnswer<IReadOnlyList<TraceValue>>(null, failure, [], []);
        return await RunAsync<IReadOnlyList<TraceValue>>(query, cancellationToken, async (pipeline, search) =>
        {
            var values = new HashSet<TraceValue>();
            await search.RunAsync(new SearchPlan(pipeline), startNanos, endNanos, trace =>
            {
                foreach (var span in SpansetEvaluation.Run(pipeline, trace).SelectMany(s => s.Spans))
                    SpanFields.AllValues(expr, trace, span, values);
                return values.Count < MaxValues;
            }).ConfigureAwait(false);
            return [.. values];
        }).ConfigureAwait(false);
    }

    public static bool IsIntrinsic(string name) => FieldParser.IntrinsicNames.Contains(name);

    /// <summary>The names of all intrinsics.</summary>
    public static IEnumerable<string> Intrinsics => FieldParser.IntrinsicNames;

    /// <summary>Whether a text is TraceQL, without evaluating it; null when it is.</summary>
    public QueryFailure? Check(string query)
    {
        TraceQlParser.TryParse(query, _limits, out var failure);
        return failure;
    }

    private async ValueTask<QueryAnswer<T>> RunAsync<T>(string query, CancellationToken cancellationToken, Func<SpansetPipeline, TraceSearch, ValueTask<T>> evaluate)
        where T : class
    {
        var pipeline = TraceQlParser.TryParse(query, _limits, out var failure);
        if (pipeline is null)
            return new QueryAnswer<T>(null, failure, [], []);
        if (!store.Capabilities.Spans)
            return QueryAnswer<T>.Failed(QueryFailureKind.Unsupported, "the store keeps no traces");
        var search = new TraceSearch(store.Spans, _limits, time, cancellationToken);
        try
        {
            return new QueryAnswer<T>(await evaluate(pipeline, search).ConfigureAwait(false), null, search.Warnings, []);
        }
        catch (TraceQlEvaluationException e)
        {
            return new QueryAnswer<T>(null, new QueryFailure(e.Kind, e.Message), search.Warnings, []);
        }
    }

    private static TraceSummary Summary(FoundTrace trace) => new()
    {
        TraceId = trace.TraceId,
        RootServiceName = trace.RootServiceName,
        RootName = trace.RootName,
        StartUnixNano = trace.StartUnixNano,
        DurationNanos = trace.DurationNanos,
        SpanCount = trace.SpanCount,
        ErrorCount = trace.ErrorCount,
        MatchedCount = trace.Spansets.Sum(s => s.Matched),
        Matched = [.. trace.Spansets.SelectMany(s => s.Spans).Take(SummarySpans).Select(s => new MatchedSpan(s.SpanId, s.Name, s.ServiceName, s.StartUnixNano,
            s.DurationNanos, [.. s.Attributes.Select(a => KeyValuePair.Create(a.Key, a.Value.ToString()))]))],
    };
}
