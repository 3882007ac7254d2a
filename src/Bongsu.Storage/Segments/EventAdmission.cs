using Bongsu.Storage.Wal;
using Bongsu.Telemetry;

namespace Bongsu.Storage.Segments;

/// <summary>Whether a time lies within retention and not too far ahead, as seen at one moment.</summary>
internal readonly struct EventAdmission
{
    private readonly long _oldestNanos;
    private readonly long _newestNanos;
    private readonly long _keepNanos;
    private readonly TimeSpan _tolerance;

    /// <param name="setup">Clock and tolerance.</param>
    /// <param name="keepNanos">How long the longest kept are kept.</param>
    public EventAdmission(EventStoreSetup setup, long keepNanos)
    {
        var (earliestMs, latestMs) = setup.Clock.Now();
        _keepNanos = keepNanos;
        _tolerance = setup.Options.FutureToleranceEvents;
        _oldestNanos = keepNanos == long.MaxValue ? long.MinValue : earliestMs * 1_000_000 - keepNanos;
        _newestNanos = latestMs * 1_000_000 + _tolerance.Ticks * 100;
    }

    public bool Admits<TBatch>(AppendRequest<TBatch> request, long timeNanos)
    {
        if (timeNanos < _oldestNanos)
        {
            if (!request.TryReject(RejectReason.TooOld))
                request.Reject(RejectReason.TooOld, $"time {timeNanos} ns is older than the retention of {TimeSpan.FromMilliseconds(_keepNanos / 1_000_000).TotalHours} h");
            return false;
        }
        if (timeNanos > _newestNanos)
        {
            if (!request.TryReject(RejectReason.TooFarInFuture))
                request.Reject(RejectReason.TooFarInFuture, $"time {timeNanos} ns is more than {_tolerance.TotalMinutes} min in the future");
            return false;
        }
        return true;
    }
}
