namespace Bongsu.Response.Triage;

/// <summary>Equal bins of time. A sample at t counts for the bin with start &lt; t ≤ start + width, as a counter's growth is of the time before it.</summary>
internal readonly record struct BinGrid(long FromMs, long BinMs, int Count)
{
    public long EndMs => FromMs + (BinMs * Count);

    /// <summary>The bin of a time; -1 outside the grid.</summary>
    public int IndexOf(long timeMs)
    {
        if (timeMs <= FromMs || timeMs > EndMs)
            return -1;
        return (int)((timeMs - FromMs - 1) / BinMs);
    }

    public long StartOf(int bin) => FromMs + (BinMs * bin);
}
