using System.Buffers.Text;
using Bongsu.Ingest.Pipeline.Derive.Patterns;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>
/// What sampling must know of the fields of one log record, found in one walk: its trace, where a field says it (<c>trace_id</c>), and how long what it tells of took, where a field says so with
/// its unit in the name (<c>duration_ms</c>, <c>elapsed_seconds</c>).
/// </summary>
internal ref struct LogMarks
{
    // What is looked for stands at the beginning.
    private const int MaxJsonBytes = 16 * IngestLimits.KiB;

    public LogMarks(LogBatch batch, in LogRecord record)
    {
        Trace = record.TraceId;
        Attributes(batch.Attributes, record.Attributes);
        if (record.Body.Kind != AttributeKind.String)
            return;
        var json = batch.Arena.Get(record.Body.Payload).TrimStart(" \t\r\n"u8);
        if (json.IsEmpty || json[0] != '{')
            return;
        var members = new JsonMembers(json.Length <= MaxJsonBytes ? json : json[..MaxJsonBytes]);
        while (members.Read())
        {
            if (!members.Text.IsEmpty)
                FindTrace(members.Key, members.Text);
            else if (MillisecondsIn(members.Key) is > 0 and var unit && Utf8Parser.TryParse(members.Scalar, out double value, out var used) && used == members.Scalar.Length)
                LongestMs = Math.Max(LongestMs, value * unit);
        }
    }

    /// <summary>None: no field says one.</summary>
    public TraceId Trace { get; private set; }

    public double LongestMs { get; private set; }

    private void Attributes(AttributeTable table, AttributeRange range)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var value = table.Values[row];
            if (value.Kind == AttributeKind.String)
                FindTrace(table.Key(row), table.Arena.Get(value.Payload));
            if (value.Kind is not (AttributeKind.Int or AttributeKind.Double or AttributeKind.String) || MillisecondsIn(table.Key(row)) is not (> 0 and var unit))
                continue;
            var number = value.Kind == AttributeKind.Int ? value.Bits : value.AsDouble;
            if (value.Kind == AttributeKind.String && !Utf8Parser.TryParse(table.Arena.Get(value.Payload), out number, out _))
                continue;
            LongestMs = Math.Max(LongestMs, number * unit);
        }
    }

    private void FindTrace(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        if (!Trace.IsEmpty || text.Length != 32 || !TraceKey.Is(key))
            return;
        if (Utf8Parser.TryParse(text[..16], out ulong high, out var digits, 'x') && digits == 16 && Utf8Parser.TryParse(text[16..], out ulong low, out digits, 'x') && digits == 16)
            Trace = new TraceId(high, low);
    }

    /// <summary>Milliseconds in the unit that a name ends with; 0: it is no duration.</summary>
    private static double MillisecondsIn(ReadOnlySpan<byte> key)
    {
        if (key.SequenceEqual("http.server.request.duration"u8) || key.SequenceEqual("http_server_request_duration"u8))
            return 1000;
        if (key.EndsWith("_ms"u8) || key.EndsWith("Ms"u8) || key.EndsWith(".ms"u8))
            return IsDuration(key) ? 1 : 0;
        if (key.EndsWith("_seconds"u8) || key.EndsWith("Seconds"u8) || key.EndsWith("_s"u8))
            return IsDuration(key) ? 1000 : 0;
        return 0;
    }

    private static bool IsDuration(ReadOnlySpan<byte> key) => key.IndexOf("uration"u8) >= 0 || key.IndexOf("atency"u8) >= 0 || key.IndexOf("lapsed"u8) >= 0
        || key.StartsWith("took"u8) || key.IndexOf("esponse_time"u8) >= 0 || key.IndexOf("esponseTime"u8) >= 0;
}
