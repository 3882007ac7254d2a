namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary>Lets through a rate, and bursts up to a capacity; it is full at first. Not thread-safe.</summary>
internal sealed class TokenBucket(double perSecond, double capacity)
{
    private double _taken;
    private long _lastMs = long.MinValue;

    public bool TryTake(double tokens, long nowMs)
    {
        if (_lastMs != long.MinValue && nowMs > _lastMs)
            _taken = Math.Max(0, _taken - (nowMs - _lastMs) / 1000.0 * perSecond);
        _lastMs = Math.Max(_lastMs, nowMs);
        if (_taken + tokens > capacity)
            return false;
        _taken += tokens;
        return true;
    }
}
