using System.Numerics;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Segments;

/// <summary>128 bits that tell one log record or span from another, so that a repeated one is known.</summary>
internal readonly record struct EventKey(ulong High, ulong Low)
{
    public static EventKey OfSpan(TraceId trace, SpanId span) =>
        new(trace.High ^ BitOperations.RotateLeft(span.Value * 0x9E3779B97F4A7C15, 23), trace.Low + span.Value * 0xC2B2AE3D27D4EB4F);

    // Two hashes that differ by what is folded in first; together as good as 128 bits against chance.
    public static EventKey OfLog(ReadOnlySpan<byte> stream, long timeNanos, ReadOnlySpan<byte> body) => OfLog(stream, timeNanos, BodyHash(body));

    public static ulong BodyHash(ReadOnlySpan<byte> body) => LabelHash.OfText(body);

    public static EventKey OfLog(ReadOnlySpan<byte> stream, long timeNanos, ulong bodyHash)
    {
        var streamHash = LabelHash.OfText(stream);
        return new EventKey(streamHash ^ BitOperations.RotateLeft((ulong)timeNanos * 0x9E3779B97F4A7C15, 31), bodyHash + (ulong)timeNanos);
    }
}
