namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>How many <see cref="DistinctCount"/> all services may have together: 512 bytes each, 10 MB in all. Not thread-safe.</summary>
internal sealed class StatisticsBudget
{
    private const int Max = 20_000;

    private int _used;

    public bool TryTake()
    {
        if (_used >= Max)
            return false;
        _used++;
        return true;
    }

    public void Return(int count) => _used -= count;
}
