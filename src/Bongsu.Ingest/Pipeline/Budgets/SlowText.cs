using System.Buffers.Text;
using Bongsu.Ingest.Pipeline.Derive.Patterns;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>How long what a log record tells of took, where a field of it says so with its unit in the name (<c>duration_ms</c>, <c>elapsed_seconds</c>).</summary>
internal static class SlowText
{
    // What is looked for stands at the beginning.
    private const int MaxJsonBytes = 16 * IngestLimits.KiB;

    public static double Milliseconds(LogBatch batch, in LogRecord record)
    {
        var longest = OfAttributes(batch.Attributes, record.Attributes);
        if (record.Body.Kind != AttributeKind.String)
            return longest;
        var json = batch.Arena.Get(record.Body.Payload).TrimStart(" \t\r\n"u8);
        if (json.IsEmpty || json[0] != '{')
            return longest;
        var members = new JsonMembers(json.Length <= MaxJsonBytes ? json : json[..MaxJsonBytes]);
        while (members.Read())
        {
            if (MillisecondsIn(members.Key) is > 0 and var unit && Utf8Parser.TryParse(members.Scalar, out double value, out var used) && used == members.Scalar.Length)
                longest = Math.Max(longest, value * unit);
        }
        return longest;
    }

    private static double OfAttributes(AttributeTable table, AttributeRange range)
    {
        var longest = 0d;
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var value = table.Values[row];
            if (value.Kind is not (AttributeKind.Int or AttributeKind.Double or AttributeKind.String) || MillisecondsIn(table.Key(row)) is not (> 0 and var unit))
                continue;
            var number = value.Kind == AttributeKind.Int ? value.Bits : value.AsDouble;
            if (value.Kind == AttributeKind.String && !Utf8Parser.TryParse(table.Arena.Get(value.Payload), out number, out _))
                continue;
            longest = Math.Max(longest, number * unit);
        }
        return longest;
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
