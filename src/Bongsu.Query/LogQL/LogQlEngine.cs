using Bongsu.Query.LogQL.Evaluation;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Query.PromQL;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL;

/// <summary>One line of a log query's answer. Time in ns since the epoch; fields are the record's structured metadata.</summary>
public sealed record LogLine(long TimeUnixNano, string Text, LabelSet Fields)
{
    /// <summary>Labels that parser and format stages made of the line, and error labels; a value may be empty.</summary>
    public IReadOnlyList<Label> Parsed { get; init; } = [];
}

/// <summary>Lines of one stream, in the order asked for; labels are the stream's own that no stage removed or replaced.</summary>
public sealed record LogStream(LabelSet Labels, IReadOnlyList<LogLine> Lines);

/// <summary>What a LogQL query evaluates to: streams of lines, or a metric value.</summary>
public sealed record LogQlResult(IReadOnlyList<LogStream>? Streams, PromValue? Metric, long RecordsScanned, long BytesScanned)
{
    /// <summary>Earlier records were not read, as was asked (see <see cref="LogQlMoment.NewestRecords"/>); null: all were.</summary>
    public long? CountedFromNanos { get; init; }
}

/// <summary>Evaluates LogQL over any store. Thread-safe.</summary>
/// <param name="store">Where the records are.</param>
/// <param name="time">For timeouts.</param>
/// <param name="limits">What one query may cost.</param>
/// <param name="gate">Lets a limited number of queries run at a time; null lets all.</param>
public sealed class LogQlEngine(ITelemetryStore store, TimeProvider time, LogQlLimits? limits = null, QueryGate? gate = null)
{
    private const long NanosPerMs = 1_000_000;

    private readonly LogQlLimits _limits = limits ?? new LogQlLimits();

    /// <summary>What one query may cost.</summary>
    public LogQlLimits Limits => _limits;

    /// <summary>A query over a time: lines, or a metric evaluated at each step.</summary>
    public ValueTask<QueryAnswer<LogQlResult>> RangeAsync(string query, LogQlRange range, CancellationToken cancellationToken) =>
        RunAsync(query, range.WithDiscovered, cancellationToken, async (expr, scan) =>
        {
            if (range.EndNanos - range.StartNanos > _limits.MaxRange.Ticks * 100)
                throw new LogQlEvaluationException(QueryFailureKind.BadQuery,
                    $"the query time range exceeds the limit (query length: {LogQlText.Duration(range.EndNanos - range.StartNanos)}, limit: {LogQlText.Duration(_limits.MaxRange.Ticks * 100)})");
            if (expr is LogExpr log)
                return await LinesAsync(log, scan, range).ConfigureAwait(false);
            var steps = Steps(range);
            var series = await new MetricEvaluator(scan, _limits, steps).EvaluateAsync(expr).ConfigureAwait(false);
            return new LogQlResult(null, Matrix(series, steps), scan.Records, scan.Bytes);
        });

    /// <summary>A metric query at one moment.</summary>
    public ValueTask<QueryAnswer<LogQlResult>> InstantAsync(string query, long timeNanos, int limit, CancellationToken cancellationToken) =>
        InstantAsync(query, new LogQlMoment(timeNanos), cancellationToken);

    /// <summary>A metric query at one moment.</summary>
    public ValueTask<QueryAnswer<LogQlResult>> InstantAsync(string query, LogQlMoment moment, CancellationToken cancellationToken) =>
        RunAsync(query, moment.WithDiscovered, cancellationToken, async (expr, scan) =>
        {
            if (expr is LogExpr)
                throw new LogQlEvaluationException(QueryFailureKind.BadQuery,
                    "log queries are not supported as an instant query type, please change your query to a range query type");
            scan.NewestRecords = moment.NewestRecords;
            var timeNanos = moment.TimeNanos;
            var series = await new MetricEvaluator(scan, _limits, [timeNanos]).EvaluateAsync(expr).ConfigureAwait(false);
            PromValue value = MetricEvaluator.IsScalar(expr)
                ? new PromScalar(new PromPoint(timeNanos / NanosPerMs, series[0].Values[0]))
                : Vector(series, timeNanos, IsOrdered(expr));
            return new LogQlResult(null, value, scan.Records, scan.Bytes) { CountedFromNanos = scan.CountedFromNanos };
        });

    /// <summary>A query in its canonical form, or why it is none.</summary>
    public string? Format(string query, out QueryFailure? failure) =>
        LogQlParser.TryParse(query, _limits, out failure) is { } expr ? LogQlPrinter.Format(expr) : null;

    /// <summary>The matchers of a stream selector alone (<c>{app="x"}</c>), or why it is none.</summary>
    public IReadOnlyList<LabelMatcher>? ParseSelector(string selector, out QueryFailure? failure) =>
        LogQlParser.TryParseSelector(selector, _limits, out failure);

    /// <summary>What a log query of a selector and line filters would delete, or why it cannot say that.</summary>
    public LogDeletion? ParseDeletion(string query, long fromNanos, long toNanos, out QueryFailure? failure)
    {
        if (LogQlParser.TryParse(query, _limits, out failure) is not { } expr)
            return null;
        if (expr is LogExpr log && log.Stages.All(s => s is LineFilter { Matcher: not null }))
        {
            return new LogDeletion(fromNanos, toNanos, log.Matchers, [.. log.Stages.Select(s => ((LineFilter)s).Matcher!)])
            {
                Query = LogQlPrinter.Line(log),
                CreatedUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            };
        }
        failure = new QueryFailure(QueryFailureKind.BadQuery, "only a stream selector with line filters (|= != |~ !~) can be deleted");
        return null;
    }

    /// <summary>The fields of the newest lines that a log query gives, sorted by name.</summary>
    public ValueTask<QueryAnswer<IReadOnlyList<DetectedField>>> DetectFieldsAsync(string query, long startNanos, long endNanos, int lines,
        CancellationToken cancellationToken) => RunAsync(query, false, cancellationToken, async (expr, scan) =>
        {
            if (expr is not LogExpr log)
                throw new LogQlEvaluationException(QueryFailureKind.BadQuery, "only log queries are supported");
            var detector = new FieldDetector();
            await scan.RunAsync(log, startNanos, endNanos, newestFirst: true, null, readsLines: true, line =>
            {
                detector.Add(line);
                return --lines > 0;
            }).ConfigureAwait(false);
            return detector.Fields();
        });

    private async ValueTask<QueryAnswer<T>> RunAsync<T>(string query, bool withDiscovered, CancellationToken cancellationToken,
        Func<LogQlExpr, LineScan, ValueTask<T>> evaluate)
        where T : class
    {
        var expr = LogQlParser.TryParse(query, _limits, out var failure);
        if (expr is null)
            return new QueryAnswer<T>(null, failure, [], []);
        if (!store.Capabilities.Logs)
            return QueryAnswer<T>.Failed(QueryFailureKind.Unsupported, "the store keeps no logs");
        return await QueryRun.RunAsync(gate, QueryPriority.Dashboard, _limits.Timeout, time, async token =>
        {
            var scan = new LineScan(store.Logs, _limits, time, Discoveries.Of(expr, withDiscovered), token);
            try
            {
                return new QueryAnswer<T>(await evaluate(expr, scan).ConfigureAwait(false), null, scan.Warnings, []);
            }
            catch (LogQlEvaluationException e)
            {
                return new QueryAnswer<T>(null, new QueryFailure(e.Kind, e.Message), scan.Warnings, []);
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<LogQlResult> LinesAsync(LogExpr log, LineScan scan, LogQlRange range)
    {
        if (range.Limit > _limits.MaxLines)
            throw new LogQlEvaluationException(QueryFailureKind.BadQuery,
                $"max entries limit per query exceeded, limit > max_entries_limit_per_query ({range.Limit} > {_limits.MaxLines})");
        var streams = new LineStreams();
        var left = range.Limit;
        long? last = null;
        if (left > 0)
        {
            await scan.RunAsync(log, range.StartNanos, range.EndNanos, range.NewestFirst, null, readsLines: true, line =>
            {
                if (last is { } time && Math.Abs(line.TimeUnixNano - time) < range.IntervalNanos)
                    return true;
                last = line.TimeUnixNano;
                streams.Add(line);
                return --left > 0;
            }).ConfigureAwait(false);
        }
        return new LogQlResult(streams.ToList(), null, scan.Records, scan.Bytes);
    }

    private long[] Steps(LogQlRange range)
    {
        if (range.StepNanos <= 0)
            throw new LogQlEvaluationException(QueryFailureKind.BadQuery, "zero or negative query resolution step widths are not accepted. Try a positive integer");
        var count = range.EndNanos < range.StartNanos ? 0 : (range.EndNanos - range.StartNanos) / range.StepNanos + 1;
        if (count == 0)
            throw new LogQlEvaluationException(QueryFailureKind.BadQuery, "end timestamp must not be before or equal to start time");
        if (count > _limits.MaxSteps)
            throw new LogQlEvaluationException(QueryFailureKind.BadQuery,
                $"exceeded maximum resolution of {_limits.MaxSteps} points per time series. Try increasing the value of the step parameter");
        var steps = new long[count];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = range.StartNanos + i * range.StepNanos;
        return steps;
    }

    private PromMatrix Matrix(List<StepSeries> series, long[] steps)
    {
        var result = new List<PromSeries>();
        foreach (var one in series)
        {
            var points = new List<PromPoint>();
            for (var step = 0; step < steps.Length; step++)
            {
                if (one.Present[step])
                    points.Add(new PromPoint(steps[step] / NanosPerMs, one.Values[step]));
            }
            if (points.Count > 0)
                result.Add(new PromSeries(one.Labels, points));
        }
        CheckCount(result.Count);
        result.Sort(static (a, b) => a.Labels.Bytes.SequenceCompareTo(b.Labels.Bytes));
        return new PromMatrix(result);
    }

    private PromVector Vector(List<StepSeries> series, long timeNanos, bool isOrdered)
    {
        var samples = series.Where(s => s.Present[0]).Select(s => new PromSample(s.Labels, new PromPoint(timeNanos / NanosPerMs, s.Values[0]))).ToList();
        CheckCount(samples.Count);
        if (!isOrdered)
            samples.Sort(static (a, b) => a.Labels.Bytes.SequenceCompareTo(b.Labels.Bytes));
        return new PromVector(samples);
    }

    private void CheckCount(int series)
    {
        if (series > _limits.MaxResultSeries)
            throw new LogQlEvaluationException(QueryFailureKind.BadQuery, MetricEvaluator.TooManySeries(_limits.MaxResultSeries));
    }

    private static bool IsOrdered(LogQlExpr expr) => expr is VectorAggregationExpr { Operation: "sort" or "sort_desc" or "topk" or "bottomk" or "approx_topk" };
}
