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
    /// <paramref name="answer"/> names the labels that it looks at, null all; <paramref name="readsLines"/> says whether it looks at the text of lines.
    /// Where lines are no more than counted, <paramref name="counts"/> takes some itself.
    /// </summary>
    public async ValueTask RunAsync(LogExpr log, long fromNanos, long toNanos, bool newestFirst, IReadOnlyCollection<string>? answer, bool readsLines,
        Func<LineState, bool> onLine, WindowCounts? counts = null)
    {
        if (toNanos <= fromNanos)
            return;
        var plan = ScanPlan.Of(log, answer);
        var onlyFields = readsLines ? null : plan.OnlyFields();
        var labels = new RecordLabels(plan, withDiscovered);
        var state = new LineState(plan.Wanted) { Now = time.GetUtcNow(), OnlyFields = onlyFields ?? [] };
        var rows = new RowScan(plan, labels, state, onLine, counts);
        var select = new LogSelect(fromNanos, toNanos, log.Matchers, newestFirst, plan.Needles) { RecordFields = plan.RecordFields, Fields = plan.Fields, Expressions = plan.Expressions, OnlyFields = onlyFields };
        await foreach (var batch in logs.SelectAsync(select, Warnings, cancellationToken).ConfigureAwait(false))
        {
            labels.Begin(batch);
            for (var row = 0; row < batch.Count;)
            {
                var next = rows.Run(batch, row, Math.Min(batch.Count, row + CheckEvery));
                Count(batch, row, next);
                if (rows.IsDone)
                    return;
                row = next;
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

    private void Count(LogBatch batch, int from, int to)
    {
        foreach (ref readonly var record in batch.Records.Span[from..to])
            Bytes += record.Body.Payload.Length;
        Records += to - from;
        CheckTime();
    }
}
