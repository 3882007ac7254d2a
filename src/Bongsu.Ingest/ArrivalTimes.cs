using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest;

/// <summary>
/// When requests with records without a time first came that were not answered with success: sent again, their records get the same times, so that the store finds
/// those it has. One that was answered and comes again is new. Thread-safe.
/// </summary>
internal sealed class ArrivalTimes(TimeProvider time)
{
    // Senders give up after about this time, and the store forgets what it has seen.
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(10);

    private const int MaxRequests = 4096;

    private readonly object _lock = new();
    private readonly Dictionary<ulong, (long Nanos, long Timestamp)> _times = [];
    private readonly Queue<ulong> _order = [];
    private long _latest;

    /// <summary>The time for records of a request that say none, ns since the epoch.</summary>
    public long Of(ReadOnlySpan<byte> body)
    {
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        lock (_lock)
        {
            if (_times.Count > 0 && time.GetElapsedTime(_latest) > s_kept)
                Clear();
            // Fast path: nobody waits for an answer, so nothing is hashed.
            if (_times.Count == 0 || !_times.TryGetValue(LabelHash.Of(body), out var known) || time.GetElapsedTime(known.Timestamp) > s_kept)
                return now;
            return known.Nanos;
        }
    }

    /// <summary>The request was answered with success.</summary>
    public void Answered(ReadOnlySpan<byte> body)
    {
        lock (_lock)
        {
            if (_times.Count > 0)
                _times.Remove(LabelHash.Of(body));
        }
    }

    /// <summary>The request was not answered, or asked to come again; a part of it may be stored.</summary>
    public void Unanswered(ReadOnlySpan<byte> body, long nanos)
    {
        var hash = LabelHash.Of(body);
        lock (_lock)
        {
            // Of several attempts the first counts, unless that is long past.
            if (_times.TryGetValue(hash, out var known) && time.GetElapsedTime(known.Timestamp) <= s_kept)
                return;
            _latest = time.GetTimestamp();
            _times[hash] = (nanos, _latest);
            _order.Enqueue(hash);
            while (_order.Count > MaxRequests)
                _times.Remove(_order.Dequeue());
        }
    }

    private void Clear()
    {
        _times.Clear();
        _order.Clear();
    }
}
