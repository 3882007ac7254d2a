using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>
/// What a record counts for: its texts, names and values, eight bytes a number, and its times and ids. What all records of a sender share (resource,
/// scope, stream labels) is not counted, so that the figure does not hang on how a sender cuts its requests.
/// </summary>
internal static class RecordSize
{
    // Times, severity, trace and span id.
    private const int LogFixedBytes = 32;

    // Times, three ids, kind, status, flags.
    private const int SpanFixedBytes = 64;

    private const int EventFixedBytes = 16;
    private const int LinkFixedBytes = 32;
    private const int NumberBytes = 8;

    public static long Of(LogBatch batch, in LogRecord record) =>
        LogFixedBytes + Of(record.Body) + record.SeverityText.Length + record.EventName.Length + Of(batch.Attributes, record.Attributes);

    public static long Of(SpanBatch batch, in Span span)
    {
        var size = SpanFixedBytes + span.Name.Length + span.TraceState.Length + span.StatusMessage.Length + Of(batch.Attributes, span.Attributes);
        foreach (ref readonly var e in batch.Events.Span.Slice(span.EventStart, span.EventCount))
            size += EventFixedBytes + e.Name.Length + Of(batch.Attributes, e.Attributes);
        foreach (ref readonly var link in batch.Links.Span.Slice(span.LinkStart, span.LinkCount))
            size += LinkFixedBytes + link.TraceState.Length + Of(batch.Attributes, link.Attributes);
        return size;
    }

    private static long Of(AttributeTable table, AttributeRange range)
    {
        var size = 0L;
        foreach (ref readonly var key in table.Keys.Span.Slice(range.Start, range.Count))
            size += key.Length;
        foreach (ref readonly var value in table.Values.Span.Slice(range.Start, range.Count))
            size += Of(value);
        return size;
    }

    private static int Of(in AttributeValue value) =>
        value.Kind is AttributeKind.String or AttributeKind.Bytes or AttributeKind.Array or AttributeKind.Map ? value.Payload.Length : NumberBytes;
}
