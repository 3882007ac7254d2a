using Bongsu.Query.PromQL.Evaluation;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry;

namespace Bongsu.Query.PromQL;

/// <summary>Evaluates PromQL, as Prometheus 3 defines it, over any store. Thread-safe.</summary>
public sealed class PromQlEngine(ITelemetryStore store, PromQlOptions options, TimeProvider time)
{
    // Why: milliseconds of ±292 million years less the longest offset and range that the parser takes; sums cannot overflow.
    private const long MaxTimeMs = long.MaxValue / 16;

    public PromQlOptions Options => options;

    /// <summary>Evaluates at one moment (ms since the epoch).</summary>
    public ValueTask<QueryAnswer<PromValue>> InstantAsync(string query, long timeMs, CancellationToken cancellationToken) =>
        InstantAsync(query, timeMs, options, cancellationToken);

    /// <summary>As above, with limits of this query's own (timeout, lookback).</summary>
    public ValueTask<QueryAnswer<PromValue>> InstantAsync(string query, long timeMs, PromQlOptions limits, CancellationToken cancellationToken) =>
        RunAsync(query, new TimeGrid(timeMs, 1, 1), false, limits, static (expr, evaluator) => Instant(expr, evaluator), cancellationToken);

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
        return await RunAsync(query, new TimeGrid(startMs, stepMs, (int)steps), true, limits, static (expr, evaluator) => Range(expr, evaluator),
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<QueryAnswer<T>> RunAsync<T>(string query, TimeGrid grid, bool isRange, PromQlOptions limits, Func<PromExpr, Evaluator, T> evaluate,
        CancellationToken cancellationToken) where T : class
    {
        if (Math.Abs(grid.StartMs / 2) > MaxTimeMs / 2)
            return QueryAnswer<T>.Failed(QueryFailureKind.BadQuery, "time out of range");
        var (expr, error) = PromQlParser.Parse(query, limits.Experimental);
        if (expr is null)
            return QueryAnswer<T>.Failed(QueryFailureKind.BadQuery, error!);
        if (!store.Capabilities.Metrics)
            return QueryAnswer<T>.Failed(QueryFailureKind.Unsupported, "this store keeps no metrics");
        if (isRange && expr.Type is PromType.String or PromType.RangeVector)
        {
            return QueryAnswer<T>.Failed(QueryFailureKind.BadQuery,
                $"invalid expression type \"{expr.Type.Documented()}\" for range query, must be Scalar or instant Vector");
        }
        using var timeout = new CancellationTokenSource(limits.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var context = new QueryContext(query, grid, limits, linked.Token) { IsRange = isRange };
        try
        {
            expr = new QueryResolver(context).Rewrite(expr);
            using var plan = await SelectorPlan.LoadAsync(expr, context, store.Metrics, linked.Token).ConfigureAwait(false);
            var value = evaluate(expr, new Evaluator(context, plan));
            return new QueryAnswer<T>(value, null, context.Warnings, context.Infos);
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

    private static PromValue Instant(PromExpr expr, Evaluator evaluator)
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
                ResultBuilder.DropNames(all, grid, evaluator.Context);
                return ResultBuilder.Vector(all, grid);
        }
    }

    private static PromMatrix Range(PromExpr expr, Evaluator evaluator)
    {
        var grid = evaluator.Context.Grid;
        var all = expr.Type == PromType.Scalar
            ? [new StepSeries(Telemetry.Labels.LabelSet.Empty, evaluator.Scalar(expr, grid))]
            : evaluator.Vector(expr, grid);
        ResultBuilder.DropNames(all, grid, evaluator.Context);
        return ResultBuilder.Matrix(all, grid);
    }
}
