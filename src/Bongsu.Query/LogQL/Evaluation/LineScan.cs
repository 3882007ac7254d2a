using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Reads the records of selectors, runs them through their pipelines, and keeps account of what one query reads. Not thread-safe.</summary>
internal sealed class LineScan(ILogStore logs, LogQlLimits limits, TimeProvider time, bool withDiscovered, CancellationToken cancellationToken)
{
    // Often enough to stop within milliseconds, seldom enough to cost nothing.
    private const int CheckEvery = 64;

    private readonly long _started = time.GetTimestamp();

    public long Records { get; private set; }

    public long Bytes { get; private set; }

    public List<string> Warnings { get; } = [];

    /// <summary>
    /// Hands each line of [fromNanos, toNanos) that passes to <paramref name="onLine"/>, until that returns false. The state is only lent.
    /// <paramref name="wanted"/> names the labels that matter, null all.
    /// </summary>
    public async ValueTask RunAsync(LogExpr log, long fromNanos, long toNanos, bool newestFirst, HashSet<string>? wanted, Func<LineState, bool> onLine)
    {
        if (toNanos <= fromNanos)
            return;
        var plan = ScanPlan.Of(log);
        var labels = new RecordLabels(wanted, withDiscovered);
        // The store's batches and those that it gives are not the same.
        var before = new RowCheck(plan, new RecordLabels(wanted, withDiscovered));
        var after = new RowCheck(plan, new RecordLabels(wanted, withDiscovered));
        var state = new LineState(wanted) { Now = time.GetUtcNow() };
        var isAsked = false;
        var select = new LogSelect(fromNanos, toNanos, log.Matchers, newestFirst, plan.Needles, !plan.HasChecks ? null : (batch, row) =>
        {
            isAsked = true;
            Count(batch, row);
            return before.Wants(batch, row);
        });
        await foreach (var batch in logs.SelectAsync(select, Warnings, cancellationToken).ConfigureAwait(false))
        {
            labels.Begin(batch);
            for (var i = 0; i < batch.Count; i++)
            {
                if (!isAsked)
                    Count(batch, i);
                if (after.Wants(batch, i) && Passes(batch, i, log.Stages, labels, state) && !onLine(state))
                    return;
            }
        }
    }

    public void CheckTime()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (time.GetElapsedTime(_started) > limits.Timeout)
            throw new LogQlEvaluationException(QueryFailureKind.Timeout,
                $"query timed out after {limits.Timeout.TotalSeconds:0} s and {Records} lines; narrow the time range or the selector");
    }

    private void Count(LogBatch batch, int row)
    {
        Bytes += batch.Records.Span[row].Body.Payload.Length;
        if (++Records % CheckEvery == 0)
            CheckTime();
    }

    private static bool Passes(LogBatch batch, int index, IReadOnlyList<LineStage> stages, RecordLabels labels, LineState state)
    {
        state.Reset(batch, index);
        labels.Load(batch.Records.Span[index], state);
        foreach (var stage in stages)
        {
            if (!stage.Process(state))
                return false;
        }
        return true;
    }
}
