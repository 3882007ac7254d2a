namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>What one body may make of itself, so that no target can take the memory of all. Pure.</summary>
internal static class ScrapeBounds
{
    // A large exporter has some thousands.
    private const int MaxFamilies = 20_000;

    /// <summary>Which bound the present scrape is over; null when none.</summary>
    public static string? Exceeded(TargetSeries target, ScrapeWork work, int maxSamples)
    {
        if (target.Kept > maxSamples)
            return $"sample limit exceeded: more than {maxSamples} samples after relabelling";
        if (target.Scraped > work.Limits.RecordsPerRequest)
            return $"more than {work.Limits.RecordsPerRequest} samples in one body, which is the limit";
        if (target.Families.Count > MaxFamilies)
            return $"more than {MaxFamilies} metric families, which is the limit";
        return work.Batch.Arena.Length > work.Limits.SeriesBytesPerRequest ? $"the labels of all series take more than {work.Limits.SeriesBytesPerRequest} bytes, which is the limit" : null;
    }
}
