namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>
/// How many patterns of a service may enter the catalogue: at first as many as it may have, then some more each hour, so that lines which all differ
/// cannot fill the metrics. The last part is kept for patterns that more than one line has. Not thread-safe.
/// </summary>
internal sealed class PublishBudget(int most)
{
    private const double PerHour = 120;

    private double _left = most;
    private long _refilledMs;

    public bool TryTake(bool isRepeated, long nowMs)
    {
        if (_refilledMs != 0)
            _left = Math.Min(most, _left + Math.Max(0, nowMs - _refilledMs) * PerHour / TimeSpan.MillisecondsPerHour);
        _refilledMs = nowMs;
        if (_left < (isRepeated ? 1 : most / 5.0))
            return false;
        _left--;
        return true;
    }
}
