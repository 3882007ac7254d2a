namespace Bongsu.Ingest.Receive;

/// <summary>The memory that requests may hold together. Thread-safe.</summary>
internal sealed class InflightBytes(long limit, IngestCounters counters)
{
    private long _used;

    public long Limit { get; } = limit;

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) > Limit)
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
