namespace Bongsu.Ingest.Receive;

/// <summary>
/// The memory that requests may hold together. Large pieces leave a part of it to small ones, so that few senders of large bodies do not keep out the many. Thread-safe.
/// </summary>
internal sealed class InflightBytes(long limit, IngestCounters counters)
{
    private const long LargeBytes = 1 * IngestLimits.MiB;

    private readonly long _limitOfLarge = limit - limit / 8;
    private long _used;

    public long Limit { get; } = limit;

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) > (bytes >= LargeBytes ? _limitOfLarge : Limit))
        {
            Interlocked.Add(ref _used, -bytes);
            return false;
        }
        counters.Inflight(bytes);
        return true;
    }

    public void Return(long bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        counters.Inflight(-bytes);
    }
}
