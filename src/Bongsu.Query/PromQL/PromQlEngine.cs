using Bongsu.Query.PromQL.Evaluation;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry;

namespace Bongsu.Query.PromQL;

/// <summary>Evaluates PromQL, as Prometheus 3 defines it, over any store. Thread-safe.</summary>
/// <param name="store">Where the samples are.</param>
/// <param name="options">Limits of a query that brings none of its own.</param>
/// <param name="time">For timeouts and statistics.</param>
/// <param name="gate">Lets a limited number of queries run at a time; null lets all.</param>
public sealed class PromQlEngine(ITelemetryStore store, PromQlOptions options, TimeProvider time, QueryGate? gate = null)
{
    // Why: milliseconds of ±292 million years less the longest offset and range that the parser takes; sums cannot overflow.
    private const long MaxTimeMs = long.MaxValue / 16;

    public PromQlOptions Options => options;

    /// <summary>On whose behalf queries run here.</summary>
    public QueryPriority Priority { get; private init; } = QueryPriority.Dashboard;

    // Why: while no query runs nothing holds the pool, so that a collection may take it.
    private WeakReference<StepColumnPool> FreeColumns { get; init; } = new(new StepColumnPool());

    /// <summary>The same engine, at the same gate, for queries of another priority.</summary>
    public PromQlEngine For(QueryPriority priority) => new(store, options, time, gate) { Priority = priority, FreeColumns = FreeColumns };

    /// <summary>Evaluates at one moment (ms since the epoch).</summary>
    public ValueTask<QueryAnswer<PromValue>> InstantAsync(string query, long timeMs, CancellationToken cancellationToken) =>
        InstantAsync(query, timeMs, options, cancellationToken);

    /// <summary>As above, with limits of this query's own (timeout, lookback).</summary>
    public ValueTask<QueryAnswer<PromValue>> InstantAsync(string query, long timeMs, PromQlOptions limits, CancellationToken cancellationToken) =>
        EnterAsync(new PromQlRun<PromValue>(query, new TimeGrid(timeMs, 1, 1), false, limits, Instant), cancellationToken);

    /// <summary>Evaluates at start, start + step, … up to end, all inclusive and in ms since the epoch.</summary>
    public ValueTask<QueryAnswer<PromMatrix>> RangeAsync(string query, long startMs, long endMs, long stepMs, CancellationToken cancellationToken) =>
        RangeAsync(query, startMs, endMs, stepMs, options, cancellationToken);

    /// <summary>As above, with limits of this query's own (timeout, lookback).</summary>
    public async ValueTask<QueryAnswer<PromMatrix>> RangeAsync(string query, long startMs, long endMs, long stepMs, PromQlOptions limits,
        CancellationToken cancellationToken)
    {
        if (stepMs <= 0)
            return QueryAnswer<PromMatrix>.Failed(QueryFailureKind.BadQuery, "zero or negative query resolution step widths are not accepted. Try a positive integer");
        if (endMs < startMs)
            return QueryAnswer<PromMatrix>.Failed(QueryFailureKind.BadQuery, "end timestamp must not be before start time");
        if (startMs < -MaxTimeMs || endMs > MaxTimeMs)
            return QueryAnswer<PromMatrix>.Failed(QueryFailureKind.BadQuery, "time out of range");
        var steps = (endMs - startMs) / stepMs + 1;
        if (steps > limits.MaxSteps)
        {
            return QueryAnswer<PromMatrix>.Failed(QueryFailureKind.BadQuery,
                $"exceeded maximum resolution of {limits.MaxSteps} points per timeseries (the query asks for {steps}). Try decreasing the query resolution (?step=XX)");
        }
        return await EnterAsync(new PromQlRun<PromMatrix>(query, new TimeGrid(startMs, stepMs, (int)steps), true, limits, Range), cancellationToken)
            .ConfigureAwait(false);
    }

    private async ValueTask<QueryAnswer<T>> EnterAsync<T>(PromQlRun<T> run, CancellationToken cancellationToken) where T : class
    {
        if (Math.Abs(run.Grid.StartMs / 2) > MaxTimeMs / 2)
            return QueryAnswer<T>.Failed(QueryFailureKind.BadQuery, "time out of range");
        if (!store.Capabilities.Metrics)
            return QueryAnswer<T>.Failed(QueryFailureKind.Unsupported, "this store keeps no metrics");
        var clock = new QueryClock(time);
        var (expr, error) = PromQlParser.Parse(run.Query, run.Limits.Experimental);
        if (expr is null)
            return QueryAnswer<T>.Failed(QueryFailureKind.BadQuery, error!);
        if (run.IsRange && expr.Type is PromType.String or PromType.RangeVector)
        {
            return QueryAnswer<T>.Failed(QueryFailureKind.BadQuery,
                $"invalid expression type \"{expr.Type.Documented()}\" for range query, must be Scalar or instant Vector");
        }
        clock.Parsed();
        if (gate is null)
            return await RunAsync(expr, run, clock, cancellationToken).ConfigureAwait(false);
        if (await gate.EnterAsync(Priority, cancellationToken).ConfigureAwait(false) is { } refused)
            return QueryAnswer<T>.Failed(refused.Kind, refused.Message);
        try
        {
            clock.Entered();
            return await RunAsync(expr, run, clock, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Leave(Priority);
        }
    }

    private async ValueTask<QueryAnswer<T>> RunAsync<T>(PromExpr expr, PromQlRun<T> run, QueryClock clock, CancellationToken cancellationToken) where T : class
    {
        var limits = run.Limits;
        using var timeout = new CancellationTokenSource(limits.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var context = new QueryContext(run.Query, run.Grid, limits, linked.Token, Columns()) { IsRange = run.IsRange };
        try
        {
            expr = new QueryResolver(context).Rewrite(expr);
            using var plan = await SelectorPlan.LoadAsync(expr, context, store.Metrics, linked.Token).ConfigureAwait(false);
            clock.Prepared();
            var value = run.Evaluate(expr, new Evaluator(context, plan), clock);
            plan.PassWarnings();
            return new QueryAnswer<T>(value, null, context.Warnings, context.Infos) { Statistics = clock.Finish(context) };
        }
        catch (PromEvaluationException failure)
        {
            return QueryAnswer<T>.Failed(failure.Kind, failure.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return QueryAnswer<T>.Failed(QueryFailureKind.Timeout, $"query timed out in expression evaluation after {limits.Timeout.TotalSeconds:0.###} s");
        }
    }

    private StepColumnPool Columns()
    {
        // Two queries that find none at a time each make one; one of the two is kept.
        if (!FreeColumns.TryGetTarget(out var columns))
            FreeColumns.SetTarget(columns = new StepColumnPool());
        return columns;
    }

    private static PromValue Instant(PromExpr expr, Evaluator evaluator, QueryClock clock)
    {
        var grid = evaluator.Context.Grid;
        switch (expr.Type)
        {
            case PromType.Scalar:
                return new PromScalar(new PromPoint(grid.StartMs, evaluator.Scalar(expr, grid)[0]));
            case PromType.String:
                return new PromString(grid.StartMs, Evaluator.Text(expr));
            case PromType.RangeVector:
                return RawSamples.Matrix(evaluator, expr, grid);
            default:
                var all = evaluator.Vector(expr, grid);
                clock.Evaluated();
                ResultBuilder.DropNames(all, grid, evaluator.Context);
                return ResultBuilder.Vector(all, grid);
        }
    }

    private static PromMatrix Range(PromExpr expr, Evaluator evaluator, QueryClock clock)
    {
        var grid = evaluator.Context.Grid;
        var all = expr.Type == PromType.Scalar
            ? [new StepSeries(Telemetry.Labels.LabelSet.Empty, evaluator.Scalar(expr, grid))]
            : evaluator.Vector(expr, grid);
        clock.Evaluated();
        ResultBuilder.DropNames(all, grid, evaluator.Context);
        return ResultBuilder.Matrix(all, grid, evaluator.Context);
    }
}
