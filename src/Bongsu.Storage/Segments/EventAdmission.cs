using Bongsu.Storage.Wal;
using Bongsu.Telemetry;

namespace Bongsu.Storage.Segments;

/// <summary>Whether a row of a request is taken, as seen at one moment: within retention, not too far ahead, and whole. What is not is refused with its reason.</summary>
internal struct EventAdmission<TBatch> where TBatch : class, new()
{
    private readonly EventSignal<TBatch> _signal;
    private readonly EventExpiry<TBatch>? _expiry;
    private readonly long _oldestNanos;
    private readonly long _newestNanos;
    private readonly long _keepNanos;
    private readonly TimeSpan _tolerance;
    private int _valid = -1;

    /// <param name="signal">Knows rows.</param>
    /// <param name="setup">Clock and tolerance.</param>
    /// <param name="keepNanos">How long the longest kept are kept.</param>
    /// <param name="expiry">What is kept for a shorter time.</param>
    public EventAdmission(EventSignal<TBatch> signal, EventStoreSetup setup, long keepNanos, EventExpiry<TBatch>? expiry)
    {
        var (earliestMs, latestMs) = setup.Clock.Now();
        (_signal, _expiry, _keepNanos) = (signal, expiry, keepNanos);
        _tolerance = setup.Options.FutureToleranceEvents;
        _oldestNanos = keepNanos == long.MaxValue ? long.MinValue : earliestMs * 1_000_000 - keepNanos;
        _newestNanos = latestMs * 1_000_000 + _tolerance.Ticks * 100;
    }

    public bool Admits(AppendRequest<TBatch> request, int row)
    {
        var time = _signal.TimeNanos(request.Batch, row);
        return IsInTime(request, time) && IsValid(request, row) && !IsExpired(request, row, time);
    }

    private readonly bool IsInTime(AppendRequest<TBatch> request, long timeNanos)
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

    private bool IsValid(AppendRequest<TBatch> request, int row)
    {
        if (_valid >= 0 && _signal.IsValidAs(request.Batch, row, _valid))
            return true;
        if (_signal.WhyInvalid(request.Batch, row) is not { } why)
        {
            _valid = row;
            return true;
        }
        if (!request.TryReject(RejectReason.Invalid))
            request.Reject(RejectReason.Invalid, $"record {row}: {why}");
        return false;
    }

    private readonly bool IsExpired(AppendRequest<TBatch> request, int row, long timeNanos)
    {
        if (_expiry is null || timeNanos >= _expiry.SurelyKeptNanos || timeNanos >= _expiry.OldestNanos(_signal.Tag(request.Batch, row)))
            return false;
        if (!request.TryReject(RejectReason.TooOld))
            request.Reject(RejectReason.TooOld, $"time {timeNanos} ns is older than what is kept of its service by retention.yaml");
        return true;
    }
}
