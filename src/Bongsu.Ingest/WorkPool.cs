using System.Collections.Concurrent;

namespace Bongsu.Ingest;

/// <summary>Keeps decoders and batches for the next request. Thread-safe.</summary>
internal sealed class WorkPool<T>(Func<T> create) where T : class
{
    // More than this many requests at once are rare; what is kept beyond only holds memory.
    private const int MaxIdle = 16;

    private readonly ConcurrentBag<T> _idle = [];

    public T Rent() => _idle.TryTake(out var item) ? item : create();

    public void Return(T item)
    {
        if (_idle.Count < MaxIdle)
            _idle.Add(item);
    }
}
