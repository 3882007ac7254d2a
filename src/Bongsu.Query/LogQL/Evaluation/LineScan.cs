using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

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

    /// <summary>Most records of one run that counts lines, read newest first; zero: all, in the order asked for.</summary>
    public int NewestRecords { get; set; }

    /// <summary>The time from which on all records were read; null when all were.</summary>
    public long? CountedFromNanos { get; private set; }

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
        var plan = ScanPlan.Of(log, answer, discovery);
        var labels = new RecordLabels(plan, discovery);
        var fields = readsLines ? null : plan.OnlyFields();
        var state = new LineState(plan.Wanted) { Now = time.GetUtcNow(), OnlyFields = fields ?? [] };
        var isCut = NewestRecords > 0 && counts is not null;
        var select = new LogSelect(fromNanos, toNanos, log.Matchers, newestFirst || isCut, plan.Needles)
        {
            RecordFields = plan.RecordFields,
            Fields = plan.Fields,
            Expressions = plan.Expressions,
            OnlyFields = fields is null ? null : await WithFoundAsync(fields, log, fromNanos, toNanos, labels.Found).ConfigureAwait(false),
        };
        if (new RowCheck(plan, labels).Id is { } id)
            await ByIdAsync(plan, select, id, state, onLine).ConfigureAwait(false);
        else
            await ReadAsync(select, labels, new RowScan(plan, labels, state, onLine, counts), isCut ? NewestRecords : long.MaxValue).ConfigureAwait(false);
    }

    public void CheckTime()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (time.GetElapsedTime(_started) > limits.Timeout)
            throw new LogQlEvaluationException(QueryFailureKind.Timeout,
                $"query timed out after {limits.Timeout.TotalSeconds:0} s and {Records} lines; narrow the time range or the selector");
    }

    private async ValueTask ReadAsync(LogSelect select, RecordLabels labels, RowScan rows, long most)
    {
        await foreach (var batch in logs.SelectAsync(select, Warnings, cancellationToken).ConfigureAwait(false))
        {
            labels.Begin(batch, select.OnlyFields ?? []);
            for (var row = 0; row < batch.Count;)
            {
                if (most == 0)
                    return;
                var next = rows.Run(batch, row, (int)Math.Min(Math.Min(batch.Count, row + CheckEvery), row + most));
                Count(batch, row, next);
                if (rows.IsDone)
                    return;
                most -= next - row;
                if (most == 0)
                    CountedFromNanos = Math.Max(CountedFromNanos ?? long.MinValue, batch.Records.Span[next - 1].TimeUnixNano);
                row = next;
            }
        }
        // All there was came to just as many.
        if (most == 0)
            CountedFromNanos = null;
    }

    // The records that carry an id in their lines are found by its words, in a few blocks, and those that carry it beside them by their fields.
    private async ValueTask ByIdAsync(ScanPlan plan, LogSelect select, (string Label, IdSpellings Spellings) id, LineState state, Func<LineState, bool> onLine)
    {
        var cursors = new List<RowCursor>();
        try
        {
            foreach (var name in DiscoveredFields.NamesOf(id.Label))
            {
                // A record's own id has one spelling; under other names few records have any.
                var condition = name == id.Label ? new LabelMatcher(MatchType.Equal, name, id.Spellings.Id) : new LabelMatcher(MatchType.Regex, name, id.Spellings.Expression);
                var beside = select with { RecordFields = [.. select.RecordFields ?? [], FieldCondition.OfText(condition)] };
                await OpenAsync(cursors, plan, beside, state, onLine, (labels, _, row) => labels.BesideName(row, id.Label) == name).ConfigureAwait(false);
            }
            for (var i = 0; i < id.Spellings.Texts.Count; i++)
            {
                var spelling = i;
                var inLines = select with { Needles = [.. select.Needles ?? [], id.Spellings.Texts[i]], OnlyFields = null };
                await OpenAsync(cursors, plan, inLines, state, onLine, (labels, batch, row) => labels.BesideName(row, id.Label) is null && id.Spellings.FirstIn(TextOf(batch, row)) == spelling)
                    .ConfigureAwait(false);
            }
            while (cursors.Count > 0)
            {
                var next = Next(cursors, select.NewestFirst);
                next.Rows.Run(next.Batch, next.Row, next.Row + 1);
                if (next.Rows.IsDone)
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

    private async ValueTask OpenAsync(List<RowCursor> cursors, ScanPlan plan, LogSelect select, LineState state, Func<LineState, bool> onLine, Func<RecordLabels, LogBatch, int, bool> isPart)
    {
        var labels = new RecordLabels(plan, discovery);
        var batches = logs.SelectAsync(select, Warnings, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var cursor = new RowCursor(batches, labels, new RowScan(plan, labels, state, onLine, null), select.OnlyFields ?? [], (batch, row) =>
        {
            Count(batch, row, row + 1);
            return isPart(labels, batch, row);
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

    // What is found out of lines is read from columns as well, where a stream leaves a level open. The fields of the pipeline stay the first.
    private async ValueTask<IReadOnlyList<string>> WithFoundAsync(IReadOnlyList<string> fields, LogExpr log, long fromNanos, long toNanos, DiscoveredFields found)
    {
        if (found.Names.Count == 0 || (!found.FindsIds && await SayLevelsAsync(new LogSelect(fromNanos, toNanos, log.Matchers)).ConfigureAwait(false)))
            return fields;
        return [.. fields.Union(found.Names)];
    }

    private async ValueTask<bool> SayLevelsAsync(LogSelect select)
    {
        foreach (var stream in await logs.StreamsAsync(select, cancellationToken).ConfigureAwait(false))
        {
            if (DiscoveredFields.LevelOf(stream) is null)
                return false;
        }
        return true;
    }

    private void Count(LogBatch batch, int from, int to)
    {
        foreach (ref readonly var record in batch.Records.Span[from..to])
            Bytes += record.Body.Payload.Length;
        Records += to - from;
        CheckTime();
    }
}
