namespace Bongsu.Bench.SideBySide;

/// <summary>Which series there are and when: instances of 500 series each, scraped every 15 seconds at a moment of their own. The same every time it is made.</summary>
internal sealed record MetricDataSet
{
    public const int ScrapeMs = 15_000;
    public const int SeriesPerInstance = InstanceSeries.Count;
    private const int BirthsMs = 3_600_000;
    private const int BoundaryMs = 2 * 3_600_000;
    private const int OffsetPrime = 733;

    public required int Instances { get; init; }

    public required int Scrapes { get; init; }

    public required long EndMs { get; init; }

    /// <summary>Whether a fifth of the instances is replaced each hour, under new labels.</summary>
    public bool Churns { get; init; }

    /// <summary>Whether each tenth scrape arrives five minutes after its time.</summary>
    public bool IsOutOfOrder { get; init; }

    public long StartMs => EndMs - (long)Scrapes * ScrapeMs;

    public long Samples => (long)Instances * SeriesPerInstance * Scrapes;

    /// <summary>The last full two hours that are some minutes past: where Prometheus cuts blocks, and where no server hides the newest samples.</summary>
    public static long LastBoundaryMs(long nowMs) => (nowMs - 600_000) / BoundaryMs * BoundaryMs;

    /// <summary>Why never zero: windows of Prometheus 2 hold a sample at their very start, those of Prometheus 3 do not.</summary>
    public static int OffsetMs(int instance) => 1 + (instance * OffsetPrime + 216) % (ScrapeMs - 2);

    public long TimeMs(int instance, int scrape) => StartMs + (long)scrape * ScrapeMs + OffsetMs(instance);

    /// <summary>Whether new series begin in a range that ends at a time.</summary>
    public bool BeginsWithin(double endSeconds, int seconds) => Churns && seconds > 0 && (endSeconds * 1000 - StartMs) % BirthsMs <= seconds * 1000.0 + ScrapeMs;

    /// <summary>Which incarnation of an instance is scraped: it changes when the instance is replaced.</summary>
    public int Generation(int instance, int scrape) => Churns ? (scrape * ScrapeMs / BirthsMs + instance % 5) / 5 : 0;
}
