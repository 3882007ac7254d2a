using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Reads the records of selectors, runs them through their pipelines, and keeps account of what one query reads. Not thread-safe.</summary>
internal sealed class LineScan(ILogStore logs, LogQlLimits limits, TimeProvider time, Discovery discovery, CancellationToken cancellationToken)
{
    // Often enough to stop within milliseconds, seldom enough to cost nothing.
    private const int CheckEvery = 64;

    private readonly long _started = time.GetTimestamp();

    public long Records { get; private set; }

    public long Bytes { get; private set; }

    public List<string> Warnings { get; } = [];

    /// <summary>Most records of one run, read newest first; zero: all, in the order asked for.</summary>
    public int NewestRecords { get; set; }

    /// <summary>The time from which on all records were read; null when all were.</summary>
    public long? CountedFromNanos { get; private set; }

    /// <summary>
    /// Hands each line of [fromNanos, toNanos) that passes to <paramref name="onLine"/>, until that returns false. The state is only lent.
    /// <paramref name="wanted"/> names the labels that matter, null all; <paramref name="readsLines"/> says whether the text of lines does.
    /// </summary>
    public async ValueTask RunAsync(LogExpr log, long fromNanos, long toNanos, bool newestFirst, HashSet<string>? wanted, bool readsLines, Func<LineState, bool> onLine)
    {
        if (toNanos <= fromNanos)
            return;
        var plan = ScanPlan.Of(log);
        var labels = new RecordLabels(wanted, discovery);
        var check = new RowCheck(plan, labels);
        var onlyFields = readsLines ? null : await OnlyFieldsAsync(plan, log, fromNanos, toNanos, wanted, labels.Found).ConfigureAwait(false);
        var state = new LineState(wanted) { Now = time.GetUtcNow(), OnlyFields = onlyFields ?? [] };
        var (left, last) = (NewestRecords > 0 ? NewestRecords : long.MaxValue, long.MinValue);
        var select = new LogSelect(fromNanos, toNanos, log.Matchers, newestFirst || NewestRecords > 0, plan.Needles) { Fields = plan.Fields, Expressions = plan.Expressions, OnlyFields = onlyFields };
        if (check.Id is { } id)
        {
            await ByIdAsync(plan, select, id, wanted, state, onLine).ConfigureAwait(false);
            return;
        }
        await foreach (var batch in logs.SelectAsync(select, Warnings, cancellationToken).ConfigureAwait(false))
        {
            labels.Begin(batch, onlyFields ?? []);
            for (var i = 0; i < batch.Count; i++)
            {
                if (left-- <= 0)
                {
                    CountedFromNanos = Math.Max(CountedFromNanos ?? long.MinValue, last);
                    return;
                }
                Count(batch, i);
                last = batch.Records.Span[i].TimeUnixNano;
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

    // The records that carry an id in their lines are found by its words, in a few blocks; only what stands beside lines has to be looked for in each block.
    private async ValueTask ByIdAsync(ScanPlan plan, LogSelect select, (string Label, IdSpellings Spellings) id, HashSet<string>? wanted, LineState state, Func<LineState, bool> onLine)
    {
        var cursors = new List<RowCursor>();
        try
        {
            await OpenAsync(cursors, plan, select, wanted, (labels, _, row) => labels.HasBeside(row, id.Label)).ConfigureAwait(false);
            for (var i = 0; i < id.Spellings.Texts.Count; i++)
            {
                var spelling = i;
                var inLines = select with { Needles = [.. select.Needles ?? [], id.Spellings.Texts[i]], OnlyFields = null };
                await OpenAsync(cursors, plan, inLines, wanted, (labels, batch, row) => !labels.HasBeside(row, id.Label) && id.Spellings.FirstIn(TextOf(batch, row)) == spelling)
                    .ConfigureAwait(false);
            }
            while (cursors.Count > 0)
            {
                var next = Next(cursors, select.NewestFirst);
                if (Passes(next.Batch, next.Row, plan.Stages, next.Labels, state) && !onLine(state))
                    return;
                await MoveAsync(cursors, next).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var cursor in cursors)
                await cursor.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask OpenAsync(List<RowCursor> cursors, ScanPlan plan, LogSelect select, HashSet<string>? wanted, Func<RecordLabels, LogBatch, int, bool> isPart)
    {
        var labels = new RecordLabels(wanted, discovery);
        var check = new RowCheck(plan, labels);
        var cursor = new RowCursor(logs.SelectAsync(select, Warnings, cancellationToken).GetAsyncEnumerator(cancellationToken), labels, select.OnlyFields ?? [], (batch, row) =>
        {
            Count(batch, row);
            return isPart(labels, batch, row) && (batch.HasFields(row) || check.Wants(batch, row));
        });
        cursors.Add(cursor);
        await MoveAsync(cursors, cursor).ConfigureAwait(false);
    }

    private static async ValueTask MoveAsync(List<RowCursor> cursors, RowCursor cursor)
    {
        if (await cursor.MoveAsync().ConfigureAwait(false))
            return;
        cursors.Remove(cursor);
        await cursor.DisposeAsync().ConfigureAwait(false);
    }

    private static RowCursor Next(List<RowCursor> cursors, bool newestFirst)
    {
        var next = cursors[0];
        foreach (var cursor in cursors)
        {
            if (newestFirst ? cursor.TimeUnixNano > next.TimeUnixNano : cursor.TimeUnixNano < next.TimeUnixNano)
                next = cursor;
        }
        return next;
    }

    private static ReadOnlySpan<byte> TextOf(LogBatch batch, int row)
    {
        var body = batch.Records.Span[row].Body;
        return body.Kind == AttributeKind.String ? batch.Arena.Get(body.Payload) : System.Text.Encoding.UTF8.GetBytes(batch.BodyText(row));
    }

    // What is found out of lines is read from columns as well, where a stream leaves a level open.
    private async ValueTask<IReadOnlyList<string>?> OnlyFieldsAsync(ScanPlan plan, LogExpr log, long fromNanos, long toNanos, HashSet<string>? wanted, DiscoveredFields found)
    {
        if (plan.OnlyFields(wanted) is not { } fields || found.Names.Count == 0)
            return plan.OnlyFields(wanted);
        if (!found.FindsIds && await SayLevelsAsync(new LogSelect(fromNanos, toNanos, log.Matchers)).ConfigureAwait(false))
            return fields;
        return [.. fields.Union(found.Names)];
    }

    private async ValueTask<bool> SayLevelsAsync(LogSelect select)
    {
        foreach (var stream in await logs.StreamsAsync(select, cancellationToken).ConfigureAwait(false))
        {
            if (RecordLabels.LevelOf(stream.ToList()) is null)
                return false;
        }
        return true;
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
        labels.Load(index, state);
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
