using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Runs the records of batches through a pipeline. Where lines are only counted, records that differ in nothing but their time run once. Not thread-safe.</summary>
internal sealed class RowScan(ScanPlan plan, RecordLabels labels, LineState state, Func<LineState, bool> onLine, WindowCounts? counts)
{
    // Taking one such line apart may take milliseconds: whoever keeps the query's time is asked behind each.
    private const int LongLineBytes = 64 * 1024;

    private readonly RowCheck _check = new(plan, labels);

    /// <summary>Whether no more lines are wanted.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Takes the rows up to before <paramref name="to"/>, as long as lines are wanted, and no more behind a long line; says which it has not taken.</summary>
    // Hot path: about 10 ns/op by labels of streams, 150 ns/op by a field, 0 B/op for records of known series (see LogQlRowsBenchmark)
    public int Run(LogBatch batch, int from, int to)
    {
        var records = batch.Records.Span;
        for (var row = from; row < to; row++)
        {
            if (row > from && records[row - 1].Body.Payload.Length > LongLineBytes)
                return row;
            ref readonly var record = ref records[row];
            var hasLine = record.FieldsAt == 0;
            if (hasLine && !_check.Wants(batch, row))
                continue;
            if (counts is not null && labels.Origin(record) is var origin && IsAlike(record, origin, hasLine))
            {
                Count(record, row, origin);
                continue;
            }
            if (Passes(record, row) && !onLine(state))
            {
                IsDone = true;
                return row + 1;
            }
        }
        return to;
    }

    // Whether what becomes of a record shows in its origin: no line is looked at, and no label of its own.
    private bool IsAlike(in LogRecord record, RecordOrigin origin, bool hasLine)
    {
        if (!hasLine)
            return origin.IsEnough || (state.OnlyFields.Count == 0 && !labels.ReadsLines(origin) && !labels.HasOwn(record));
        return plan.Stages.Count == 0 && record.Body.Kind == AttributeKind.String && (!origin.ReadsFields || (!labels.ReadsLines(origin) && !labels.HasOwn(record)));
    }

    private void Count(in LogRecord record, int row, RecordOrigin origin)
    {
        if (!origin.IsDecided)
        {
            origin.CountedIn = Passes(record, row) ? counts!.SeriesOf(state) : null;
            origin.IsDecided = true;
        }
        if (origin.CountedIn is { } series)
            counts!.Add(series, record.TimeUnixNano, record.Body.Payload.Length);
    }

    private bool Passes(in LogRecord record, int row)
    {
        labels.Load(record, row, state);
        // A record that comes without its line has passed all that looks at it.
        var stages = record.FieldsAt == 0 ? plan.Stages : plan.StagesOfFields;
        for (var i = 0; i < stages.Count; i++)
        {
            if (!stages[i].Process(state))
                return false;
        }
        return true;
    }
}
