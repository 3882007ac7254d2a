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
    /// <paramref name="wanted"/> names the labels that matter, null all; <paramref name="readsLines"/> says whether the text of lines does.
    /// </summary>
    public async ValueTask RunAsync(LogExpr log, long fromNanos, long toNanos, bool newestFirst, HashSet<string>? wanted, bool readsLines, Func<LineState, bool> onLine)
    {
        if (toNanos <= fromNanos)
            return;
        var plan = ScanPlan.Of(log);
        var labels = new RecordLabels(wanted, withDiscovered);
        var check = new RowCheck(plan, labels);
        var onlyFields = readsLines ? null : plan.OnlyFields(wanted);
        var state = new LineState(wanted) { Now = time.GetUtcNow(), OnlyFields = onlyFields ?? [] };
        var select = new LogSelect(fromNanos, toNanos, log.Matchers, newestFirst, plan.Needles) { Fields = plan.Fields, Expressions = plan.Expressions, OnlyFields = onlyFields };
        await foreach (var batch in logs.SelectAsync(select, Warnings, cancellationToken).ConfigureAwait(false))
        {
            labels.Begin(batch);
            for (var i = 0; i < batch.Count; i++)
            {
                Count(batch, i);
                if ((batch.HasFields(i) || check.Wants(batch, i)) && Passes(batch, i, plan.Stages, labels, state) && !onLine(state))
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
        // A record that comes without its line has passed all that looks at it.
        var hasLine = !batch.HasFields(index);
        for (var i = 0; i < stages.Count; i++)
        {
            if ((hasLine || stages[i] is not LineFilter) && !stages[i].Process(state))
                return false;
        }
        return true;
    }
}
