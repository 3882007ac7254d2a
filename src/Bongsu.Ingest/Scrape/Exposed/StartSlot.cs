namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>When the counters of one metric began, as its <c>_created</c> line says; shared by the lines of the metric. Not thread-safe.</summary>
internal sealed class StartSlot
{
    private long _scrape;
    private long _startMs;

    public void Set(long scrape, double seconds)
    {
        if (!double.IsFinite(seconds) || seconds is <= 0 or > 1e11)
            return;
        _scrape = scrape;
        _startMs = (long)Math.Round(seconds * 1000);
    }

    public void SetMs(long scrape, long startMs) => (_scrape, _startMs) = (scrape, startMs);

    /// <summary>Milliseconds since the epoch, or 0 when this scrape did not say.</summary>
    public long Of(long scrape) => _scrape == scrape ? _startMs : 0;
}
