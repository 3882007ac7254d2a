using System.Numerics;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>128 bits that tell one log record or span from another, so that a repeated one is known.</summary>
internal readonly record struct EventKey(ulong High, ulong Low)
{
    /// <summary>The two halves of a call may share one span id; they do not begin at once.</summary>
    public static EventKey OfSpan(TraceId trace, SpanId span, long startNanos) =>
        new(trace.High ^ BitOperations.RotateLeft(span.Value * 0x9E3779B97F4A7C15, 23) ^ (ulong)startNanos * 0xD6E8FEB86659FD93, trace.Low + span.Value * 0xC2B2AE3D27D4EB4F + (ulong)startNanos);

    public static ulong BodyHash(ReadOnlySpan<byte> body) => LabelHash.OfText(body);

    // Two hashes that differ by what is folded in first; together as good as 128 bits against chance.
    /// <param name="stream">Labels of the stream.</param>
    /// <param name="timeNanos">Time of the record.</param>
    /// <param name="contentHash">Of the body, and of all that stands beside it.</param>
    public static EventKey OfLog(ReadOnlySpan<byte> stream, long timeNanos, ulong contentHash)
    {
        var streamHash = LabelHash.OfText(stream);
        return new EventKey(streamHash ^ BitOperations.RotateLeft((ulong)timeNanos * 0x9E3779B97F4A7C15, 31), contentHash + (ulong)timeNanos);
    }

    /// <summary>Of what stands beside the body of a record: two lines of one time and text are two where they differ in it.</summary>
    public static ulong FieldsHash(LogBatch batch, in LogRecord record)
    {
        var hash = record.TraceId.High * 0x9E3779B97F4A7C15 ^ BitOperations.RotateLeft(record.TraceId.Low, 17) ^ BitOperations.RotateLeft(record.SpanId.Value * 0xC2B2AE3D27D4EB4F, 41);
        for (var row = record.Attributes.Start; row < record.Attributes.Start + record.Attributes.Count; row++)
        {
            var value = batch.Attributes.Values[row];
            var content = value.Payload.IsEmpty ? (ulong)value.Bits + (ulong)value.Kind : LabelHash.OfText(batch.Arena.Get(value.Payload));
            hash = BitOperations.RotateLeft(hash, 5) * 0x9E3779B97F4A7C15 + (LabelHash.OfText(batch.Attributes.Key(row)) ^ content * 0xC2B2AE3D27D4EB4F);
        }
        return hash;
    }
}
