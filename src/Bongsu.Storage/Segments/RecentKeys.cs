namespace Bongsu.Storage.Segments;

/// <summary>The keys of the latest events in two generations, so that a retried batch is not stored twice. Not thread-safe.</summary>
internal sealed class RecentKeys
{
    /// <summary>Keys of one generation: 23 B a key in each of two sets is at most 22 MiB, and it is beyond what senders have on the way at a time.</summary>
    public const int MaxKeys = 500_000;

    /// <summary>Senders give a batch up after about this time.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private KeySet _young = new(MaxKeys);
    private KeySet _old = new(MaxKeys);
    private long _youngSinceMs = long.MinValue;

    public bool TryAdd(EventKey key, long nowMs)
    {
        if (_youngSinceMs == long.MinValue)
            _youngSinceMs = nowMs;
        if (_young.Count >= MaxKeys || nowMs - _youngSinceMs >= (long)Window.TotalMilliseconds)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
            _youngSinceMs = nowMs;
        }
        return !_old.Contains(key) && _young.Add(key);
    }

    /// <summary>The event was not stored after all.</summary>
    public void Remove(EventKey key)
    {
        _young.Remove(key);
        _old.Remove(key);
    }
}
