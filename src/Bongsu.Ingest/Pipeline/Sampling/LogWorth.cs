using System.Buffers.Text;
using Bongsu.Ingest.Pipeline.Derive.Patterns;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>Whether a log record tells of a failure or of something slow, by the fields that say so in their common spellings, of the record or of a JSON body.</summary>
internal static class LogWorth
{
    // What says so stands at the beginning; a line of a megabyte costs no more than one of this size.
    private const int MaxJsonBytes = 16 * IngestLimits.KiB;

    private const int ServerError = 500;

    public static bool IsFailedOrSlow(LogBatch batch, in LogRecord record, double slowMs)
    {
        var table = batch.Attributes;
        for (var row = record.Attributes.Start; row < record.Attributes.Start + record.Attributes.Count; row++)
        {
            var value = table.Values.Span[row];
            var number = value.Kind switch
            {
                AttributeKind.Int => value.Bits,
                AttributeKind.Double => value.AsDouble,
                AttributeKind.String => Number(batch.Arena.Get(value.Payload)),
                _ => double.NaN,
            };
            if (Says(table.Key(row), number, slowMs))
                return true;
        }
        return record.Body.Kind switch
        {
            AttributeKind.String => OfText(batch.Arena.Get(record.Body.Payload), slowMs),
            AttributeKind.Map => OfMap(batch.Arena.Get(record.Body.Payload), slowMs),
            _ => false,
        };
    }

    private static bool OfText(ReadOnlySpan<byte> text, double slowMs)
    {
        var json = text.TrimStart(" \t\r\n"u8);
        if (json.IsEmpty || json[0] != '{')
            return false;
        var members = new JsonMembers(json.Length <= MaxJsonBytes ? json : json[..MaxJsonBytes]);
        while (members.Read())
        {
            if (Says(members.Key, Number(members.Scalar.IsEmpty ? members.Text : members.Scalar), slowMs))
                return true;
        }
        return false;
    }

    private static bool OfMap(ReadOnlySpan<byte> map, double slowMs)
    {
        var fields = new ProtoReader(map);
        while (fields.Read())
        {
            if (fields is not { Field: 1, Wire: ProtoWire.Bytes })
                continue;
            AnyValueWire.ReadPair(fields.Bytes, out var key, out var any);
            var value = new ProtoReader(any);
            while (value.Read())
            {
                var number = value switch
                {
                    { Field: 1, Wire: ProtoWire.Bytes } => Number(value.Bytes),
                    { Field: 3, Wire: ProtoWire.Varint } => (long)value.Number,
                    { Field: 4, Wire: ProtoWire.Fixed64 } => BitConverter.UInt64BitsToDouble(value.Number),
                    _ => double.NaN,
                };
                if (Says(key, number, slowMs))
                    return true;
            }
        }
        return false;
    }

    private static bool Says(ReadOnlySpan<byte> key, double number, double slowMs) =>
        !double.IsNaN(number) && ((IsStatus(key) && number is >= ServerError and < 600) || number * MsOf(key) >= slowMs);

    private static double Number(ReadOnlySpan<byte> text) =>
        text.Length is > 0 and <= 32 && Utf8Parser.TryParse(text, out double number, out var read) && read == text.Length ? number : double.NaN;

    private static bool IsStatus(ReadOnlySpan<byte> key) => key.Length switch
    {
        6 => key.SequenceEqual("status"u8),
        10 => key.SequenceEqual("statusCode"u8) || key.SequenceEqual("StatusCode"u8),
        11 => key.SequenceEqual("status_code"u8) || key.SequenceEqual("http_status"u8),
        16 => key.SequenceEqual("http.status_code"u8) || key.SequenceEqual("http_status_code"u8),
        25 => key.SequenceEqual("http.response.status_code"u8) || key.SequenceEqual("http_response_status_code"u8),
        _ => false,
    };

    /// <summary>Milliseconds of one unit of a field that is a duration by its name; 0 of others.</summary>
    private static double MsOf(ReadOnlySpan<byte> key)
    {
        if (key.SequenceEqual("http.server.request.duration"u8) || key.EndsWith("duration_s"u8) || key.EndsWith("duration_seconds"u8))
            return 1000;
        if (key.EndsWith("duration_ns"u8))
            return 1e-6;
        if (key.EndsWith("duration_us"u8))
            return 1e-3;
        return key.EndsWith("duration_ms"u8) || key.EndsWith("durationMs"u8) || key.EndsWith("elapsed_ms"u8) || key.EndsWith("latency_ms"u8) || key.EndsWith("took_ms"u8)
            || key.EndsWith("ElapsedMilliseconds"u8) || key.EndsWith("response_time_ms"u8) ? 1 : 0;
    }
}
