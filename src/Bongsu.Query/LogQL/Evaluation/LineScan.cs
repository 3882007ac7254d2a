using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Reads the records of selectors, runs them through their pipelines, and keeps account of what one query reads. Not thread-safe.</summary>
internal sealed class LineScan(ILogStore logs, LogQlLimits limits, TimeProvider time, CancellationToken cancellationToken)
{
    // Often enough to stop within milliseconds, seldom enough to cost nothing.
    private const int CheckEvery = 1024;

    private readonly long _started = time.GetTimestamp();

    public long Records { get; private set; }

    public long Bytes { get; private set; }

    public List<string> Warnings { get; } = [];

    /// <summary>
    /// Hands each line of [fromNanos, toNanos) that passes to <paramref name="onLine"/>, until that returns false. The state is only lent.
    /// <paramref name="wanted"/> names the labels that matter, null all.
    /// </summary>
    public async ValueTask RunAsync(LogExpr log, long fromNanos, long toNanos, bool newestFirst, IReadOnlySet<string>? wanted, Func<LineState, bool> onLine)
    {
        if (toNanos <= fromNanos)
            return;
        var needles = Needles(log.Stages);
        var labels = new RecordLabels(wanted);
        var state = new LineState();
        var select = new LogSelect(fromNanos, toNanos, log.Matchers, newestFirst, needles);
        await foreach (var batch in logs.SelectAsync(select, Warnings, cancellationToken).ConfigureAwait(false))
        {
            labels.Begin(batch);
            for (var i = 0; i < batch.Count; i++)
            {
                if (++Records % CheckEvery == 0)
                    CheckTime();
                if (!Passes(batch, i, log.Stages, needles, labels, state))
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

    // Hot path: a line without the needle costs one search over its bytes and no string.
    private bool Passes(LogBatch batch, int index, IReadOnlyList<LineStage> stages, List<ReadOnlyMemory<byte>>? needles, RecordLabels labels, LineState state)
    {
        ref readonly var record = ref batch.Records.Span[index];
        Bytes += record.Body.Payload.Length;
        if (needles is not null && record.Body.Kind == AttributeKind.String && !HasAll(batch.Arena.Get(record.Body.Payload), needles))
            return false;
        state.Reset(record.TimeUnixNano, batch.BodyText(index));
        labels.Load(record, state);
        foreach (var stage in stages)
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

    // Only filters before the first stage that rewrites the line speak of the stored body.
    private static List<ReadOnlyMemory<byte>>? Needles(IReadOnlyList<LineStage> stages)
    {
        List<ReadOnlyMemory<byte>>? needles = null;
        foreach (var stage in stages)
        {
            if (stage is LineFormatStage or UnpackStage or DecolorizeStage)
                break;
            if (stage is LineFilter { Needle: { } needle })
                (needles ??= []).Add(needle);
        }
        return needles;
    }
}
