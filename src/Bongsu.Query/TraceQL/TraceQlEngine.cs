using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Metrics;
using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL;

/// <summary>Searches traces by TraceQL over any store. Thread-safe.</summary>
/// <param name="store">Where the spans are.</param>
/// <param name="time">For timeouts.</param>
/// <param name="limits">What one query may cost.</param>
/// <param name="gate">Lets a limited number of queries run at a time; null lets all.</param>
public sealed class TraceQlEngine(ITelemetryStore store, TimeProvider time, TraceQlLimits? limits = null, QueryGate? gate = null)
{
    private const int SummarySpans = 3;
    private const int MaxExemplars = 1_000;
    private const string ExactAnswer = "the hint to sample is not needed: the answer is exact";

    private readonly TraceQlLimits _limits = limits ?? new TraceQlLimits();

    /// <summary>Newest traces first that match and have a span that starts in [startNanos, endNanos).</summary>
    public async ValueTask<QueryAnswer<IReadOnlyList<TraceSummary>>> SearchAsync(string query, long startNanos, long endNanos, int limit,
        CancellationToken cancellationToken)
    {
        var answer = await FindAsync(query, startNanos, endNanos, limit, SummarySpans, cancellationToken).ConfigureAwait(false);
        return new QueryAnswer<IReadOnlyList<TraceSummary>>(answer.Value?.Traces.Select(Summary).ToList(), answer.Failure, answer.Warnings, answer.Infos);
    }

    /// <summary>
    /// As <see cref="SearchAsync"/>, with the span sets in full: at most spansPerSpanset spans of each. Reads from the newest spans on and stops with the
    /// limit; with the hint <c>most_recent=true</c> the traces are those of the latest start, else those that were met first.
    /// </summary>
    public ValueTask<QueryAnswer<TraceSearchResult>> FindAsync(string query, long startNanos, long endNanos, int limit, int spansPerSpanset,
        CancellationToken cancellationToken) => RunAsync(query, cancellationToken, async (parsed, search) =>
        {
            var pipeline = SearchOf(parsed);
            var found = new FoundList(limit, _limits.MaxResultSpans, keepsNewest: parsed.Hints.MostRecent);
            bool Add(TraceView trace)
            {
                var sets = SpansetEvaluation.Run(pipeline, trace);
                return sets.Count == 0 || found.Add(FoundTraces.Of(trace, sets, pipeline, spansPerSpanset));
            }
            var plan = new SearchPlan(pipeline, new FieldsRead().AddFound());
            if (parsed.Hints.MostRecent)
                await search.RunSlicedAsync(plan, startNanos, endNanos, Add, found.IsFullFrom).ConfigureAwait(false);
            else
                await search.RunAsync(plan, startNanos, endNanos, Add, () => limit - found.Count).ConfigureAwait(false);
            return new TraceSearchResult(found.NewestFirst(), search.TracesInspected, search.SpansInspected);
        });

    /// <summary>As the other, without exemplars.</summary>
    public ValueTask<QueryAnswer<TraceMetrics>> MetricsAsync(string query, long startNanos, long endNanos, long stepNanos, CancellationToken cancellationToken) =>
        MetricsAsync(new TraceMetricsRequest(query, startNanos, endNanos, stepNanos), cancellationToken);

    /// <summary>A metrics query (<c>{…} | rate() by (…)</c>) over the steps of [startNanos, endNanos).</summary>
    public ValueTask<QueryAnswer<TraceMetrics>> MetricsAsync(TraceMetricsRequest request, CancellationToken cancellationToken) =>
        RunAsync(request.Query, cancellationToken, async (parsed, search) =>
        {
            if (parsed.Metrics is not { } expr)
                throw new TraceQlEvaluationException(QueryFailureKind.BadQuery, "not a metrics query: it ends in no metrics function such as rate()");
            if (request.StepNanos <= 0 || request.EndNanos <= request.StartNanos || (request.EndNanos - request.StartNanos) / request.StepNanos > _limits.MaxSteps)
                throw new TraceQlEvaluationException(QueryFailureKind.BadQuery, $"the time range must hold 1 to {_limits.MaxSteps} steps");
            var steps = new MetricSteps(request.StartNanos, request.EndNanos, request.StepNanos);
            var budget = new PointBudget(_limits);
            var exemplars = parsed.Hints.Exemplars == false ? 0 : Math.Min(parsed.Hints.MaxExemplars ?? MaxExemplars, parsed.Hints.Exemplars is null ? request.MaxExemplars : MaxExemplars);
            var selects = new List<MetricSelect>();
            MetricEvaluation.Collect(expr, selects);
            var selected = new Dictionary<MetricSelect, IReadOnlyList<MetricSeries>>(ReferenceEqualityComparer.Instance);
            foreach (var select in selects)
            {
                var metric = SpanMetric.Of(select.Function, steps, budget, parsed.Hints, new ExemplarSampler(steps, exemplars));
                var read = new FieldsRead().Add(parsed.Hints.Extrapolate ? SpanParts.TraceState : SpanParts.None);
                await search.FoldAsync(select, steps, metric, exemplars > 0 ? read.AddExemplar() : read).ConfigureAwait(false);
                selected[select] = metric.Series();
            }
            var series = MetricEvaluation.Evaluate(expr, selected);
            return new TraceMetrics(MetricEvaluation.Told(series, steps), search.TracesInspected, search.SpansInspected);
        });

    /// <summary>All spans of some traces.</summary>
    public ValueTask<QueryAnswer<SpanBatch>> TracesAsync(IReadOnlyCollection<TraceId> traces, CancellationToken cancellationToken) =>
        ReadAsync(async (warnings, token) => await store.Spans.TracesAsync(traces, warnings, token).ConfigureAwait(false), cancellationToken);

    /// <summary>Hands batches of a selection to <paramref name="onBatch"/>, newest first, until that returns false; the answer says whether they came to their end.</summary>
    public ValueTask<QueryAnswer<object>> EachBatchAsync(SpanSelect select, Func<SpanBatch, bool> onBatch, CancellationToken cancellationToken) =>
        ReadAsync<object>(async (warnings, token) =>
        {
            await foreach (var batch in store.Spans.SelectAsync(select, warnings, token).ConfigureAwait(false))
            {
                if (!onBatch(batch))
                    return false;
            }
            return true;
        }, cancellationToken);

    /// <summary>The distinct values that a field (an attribute or an intrinsic) has on the spans that a query matches; at most as many as the limits allow.</summary>
    public async ValueTask<QueryAnswer<IReadOnlyList<TraceValue>>> ValuesAsync(string field, string query, long startNanos, long endNanos,
        CancellationToken cancellationToken)
    {
        var expr = TraceQlParser.TryParseField(field, _limits, out var failure);
        if (expr is null)
            return new QueryAnswer<IReadOnlyList<TraceValue>>(null, failure, [], []);
        return await RunAsync<IReadOnlyList<TraceValue>>(query, cancellationToken, async (parsed, search) =>
        {
            var values = new HashSet<TraceValue>();
            await search.EachSpanAsync(SearchOf(parsed), new FieldsRead().Add(expr), TraceQlTypes.NeedsTrace(expr), startNanos, endNanos, (spans, span) =>
            {
                SpanFields.AllValues(expr, spans, span, values);
                return values.Count < _limits.MaxValues;
            }).ConfigureAwait(false);
            return [.. values.Take(_limits.MaxValues)];
        }).ConfigureAwait(false);
    }

    /// <summary>The names of the attributes that the spans of a query have, by scope (span, resource, event, link, instrumentation).</summary>
    public ValueTask<QueryAnswer<IReadOnlyDictionary<string, IReadOnlyCollection<string>>>> NamesAsync(string query, long startNanos, long endNanos,
        CancellationToken cancellationToken) => RunAsync(query, cancellationToken, async (parsed, search) =>
        {
            var names = new SpanNames(_limits.MaxValues);
            await search.EachSpanAsync(SearchOf(parsed), new FieldsRead().AddAllAttributes(), needsTrace: false, startNanos, endNanos, (spans, span) =>
            {
                names.Add(spans, span);
                return true;
            }).ConfigureAwait(false);
            return names.All;
        });

    /// <summary>
    /// Which spans of one whole trace a selector (<c>{ … }</c> alone, without what hangs on the trace) picks, with so many levels of ancestors and
    /// descendants of each.
    /// </summary>
    public QueryAnswer<bool[]> Pick(string selector, SpanBatch trace, int ancestors, int descendants)
    {
        if (TraceQlParser.TryParse(selector, _limits, out var failure) is not { } parsed)
            return new QueryAnswer<bool[]>(null, failure, [], []);
        if (parsed.Search is not { Stages: [SpansetStage { Spanset: SpansetFilter { Condition: var condition } }] } || (condition is not null && TraceQlTypes.NeedsTrace(condition)))
            return QueryAnswer<bool[]>.Failed(QueryFailureKind.BadQuery, "spans of a trace are picked by one selector { … } of conditions about single spans");
        return new QueryAnswer<bool[]>(SpanFilter.Pick(condition, TraceView.OfAllRows(trace), ancestors, descendants), null, [], []);
    }

    /// <summary>A selector that can be used, made of one that may not be finished; it picks more spans, never fewer.</summary>
    public string UsableFilter(string text) => Parsing.UsableFilter.Of(text, _limits);

    public static bool IsIntrinsic(string name) => FieldParser.IntrinsicNames.Contains(name);

    /// <summary>The names of all intrinsics.</summary>
    public static IEnumerable<string> Intrinsics => FieldParser.IntrinsicNames;

    /// <summary>Whether a text is TraceQL, without evaluating it; null when it is.</summary>
    public QueryFailure? Check(string query)
    {
        TraceQlParser.TryParse(query, _limits, out var failure);
        return failure;
    }

    private static SpansetPipeline SearchOf(TraceQlQuery parsed) =>
        parsed.Search ?? throw new TraceQlEvaluationException(QueryFailureKind.BadQuery, "a metrics query gives no traces; ask it as metrics");

    private async ValueTask<QueryAnswer<T>> RunAsync<T>(string query, CancellationToken cancellationToken, Func<TraceQlQuery, TraceSearch, ValueTask<T>> evaluate)
        where T : class
    {
        var parsed = TraceQlParser.TryParse(query, _limits, out var failure);
        if (parsed is null)
            return new QueryAnswer<T>(null, failure, [], []);
        if (!store.Capabilities.Spans)
            return QueryAnswer<T>.Failed(QueryFailureKind.Unsupported, "the store keeps no traces");
        return await QueryRun.RunAsync(gate, QueryPriority.Dashboard, _limits.Timeout, time, async token =>
        {
            var search = new TraceSearch(store.Spans, _limits, time, token);
            try
            {
                return new QueryAnswer<T>(await evaluate(parsed, search).ConfigureAwait(false), null, search.Warnings, parsed.Hints.Sample ? [ExactAnswer] : []);
            }
            catch (TraceQlEvaluationException e)
            {
                return new QueryAnswer<T>(null, new QueryFailure(e.Kind, e.Message), search.Warnings, []);
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<QueryAnswer<T>> ReadAsync<T>(Func<List<string>, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken) where T : class
    {
        if (!store.Capabilities.Spans)
            return ValueTask.FromResult(QueryAnswer<T>.Failed(QueryFailureKind.Unsupported, "the store keeps no traces"));
        return QueryRun.RunAsync(gate, QueryPriority.Dashboard, _limits.Timeout, time, async token =>
        {
            var warnings = new List<string>();
            return new QueryAnswer<T>(await read(warnings, token).ConfigureAwait(false), null, warnings, []);
        }, cancellationToken);
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
