using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
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
        var state = new LineState(wanted) { Now = time.GetUtcNow() };
        var select = new LogSelect(fromNanos, toNanos, log.Matchers, newestFirst, plan.Needles);
        await foreach (var batch in logs.SelectAsync(select, Warnings, cancellationToken).ConfigureAwait(false))
        {
            labels.Begin(batch);
            for (var i = 0; i < batch.Count; i++)
            {
                if (++Records % CheckEvery == 0)
                    CheckTime();
                if (!Passes(batch, i, plan, labels, state))
                    continue;
                if (!onLine(state))
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

    // Hot path: a line without the needle, or with another field, costs no string.
    private bool Passes(LogBatch batch, int index, ScanPlan plan, RecordLabels labels, LineState state)
    {
        ref readonly var record = ref batch.Records.Span[index];
        Bytes += record.Body.Payload.Length;
        if (plan.Needles is not null && record.Body.Kind == AttributeKind.String && !HasAll(batch.Arena.Get(record.Body.Payload), plan.Needles))
            return false;
        foreach (var matcher in plan.Columns)
        {
            if (!labels.Passes(record, matcher))
                return false;
        }
        state.Reset(batch, index);
        labels.Load(record, state);
        foreach (var stage in plan.Stages)
        {
            if (!stage.Process(state))
                return false;
        }
        return true;
    }

    private static bool HasAll(ReadOnlySpan<byte> line, List<ReadOnlyMemory<byte>> needles)
    {
        foreach (var needle in needles)
        {
            if (line.IndexOf(needle.Span) < 0)
                return false;
        }
        return true;
    }
}
