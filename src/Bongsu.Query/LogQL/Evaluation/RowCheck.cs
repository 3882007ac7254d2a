using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// Decides on the columns of a record and the bytes of its line whether it can pass a pipeline, before anything is copied or made a string. Not
/// thread-safe. The labels begin a batch before its records are asked of.
/// </summary>
internal sealed class RowCheck(ScanPlan plan, RecordLabels labels)
{
    // Hot path: a record that cannot pass costs a search over its line, and no string.
    public bool Wants(LogBatch batch, int row)
    {
        ref readonly var record = ref batch.Records.Span[row];
        var isText = record.Body.Kind == AttributeKind.String;
        var line = isText ? batch.Arena.Get(record.Body.Payload) : default;
        if (isText && !HasNeedles(line))
            return false;
        foreach (var matcher in plan.Columns)
        {
            if (!labels.Passes(record, matcher))
                return false;
        }
        return !isText || PassesValues(record, line);
    }

    private bool HasNeedles(ReadOnlySpan<byte> line)
    {
        for (var i = 0; i < plan.Needles?.Count; i++)
        {
            if (line.IndexOf(plan.Needles[i].Span) < 0)
                return false;
        }
        return true;
    }

    private bool PassesValues(in LogRecord record, ReadOnlySpan<byte> line)
    {
        foreach (var check in plan.Values)
        {
            if (!check.IsPossible(line) && !labels.Has(record, check.Label))
                return false;
        }
        return true;
    }
}
