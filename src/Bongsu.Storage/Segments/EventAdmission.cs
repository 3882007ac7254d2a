using Bongsu.Storage.Wal;
using Bongsu.Telemetry;

namespace Bongsu.Storage.Segments;

/// <summary>Whether a time lies within retention and not too far ahead, as seen at one moment.</summary>
internal readonly struct EventAdmission
{
    private readonly long _oldestNanos;
    private readonly long _newestNanos;
    private readonly TimeSpan _retention;
    private readonly TimeSpan _tolerance;

    public EventAdmission(EventStoreSetup setup, TimeSpan retention)
    {
        var (earliestMs, latestMs) = setup.Clock.Now();
        _retention = retention;
        _tolerance = setup.Options.FutureToleranceEvents;
        _oldestNanos = retention == TimeSpan.Zero ? long.MinValue : earliestMs * 1_000_000 - retention.Ticks * 100;
        _newestNanos = latestMs * 1_000_000 + _tolerance.Ticks * 100;
    }

    public bool Admits<TBatch>(AppendRequest<TBatch> request, long timeNanos)
    {
        if (timeNanos < _oldestNanos)
        {
            if (!request.TryReject(RejectReason.TooOld))
                request.Reject(RejectReason.TooOld, $"time {timeNanos} ns is older than the retention of {_retention.TotalHours} h");
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
