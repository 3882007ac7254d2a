namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>How many patterns all services may have together. Thread-safe.</summary>
internal sealed class PatternRoom(int most, Func<ServicePatterns, bool> steal)
{
    private int _taken;

    public int Taken => Volatile.Read(ref _taken);

    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= most)
            return true;
        Interlocked.Decrement(ref _taken);
        return false;
    }

    public void Return() => Interlocked.Decrement(ref _taken);

    /// <summary>Makes room for a service that has none by taking it from the one that has most.</summary>
    public bool TrySteal(ServicePatterns asking) => steal(asking);
}
