namespace Bongsu.Query;

/// <summary>What a query cost.</summary>
public sealed record QueryStatistics
{
    /// <summary>Waiting for a slot.</summary>
    public TimeSpan Queued { get; init; }

    /// <summary>Parsing, and finding the series in the store.</summary>
    public TimeSpan Prepared { get; init; }

    /// <summary>Reading samples and computing.</summary>
    public TimeSpan Evaluated { get; init; }

    /// <summary>Sorting and shaping the result.</summary>
    public TimeSpan Sorted { get; init; }

    /// <summary>From the call to the answer.</summary>
    public TimeSpan Total { get; init; }

    /// <summary>Samples that steps looked at, each counted for each step that saw it (Prometheus' totalQueryableSamples).</summary>
    public long TotalQueryableSamples { get; init; }

    /// <summary>Most samples held at a time (Prometheus' peakSamples).</summary>
    public long PeakSamples { get; init; }

    /// <summary>Most bytes held at a time in columns and results, as estimated.</summary>
    public long PeakBytes { get; init; }

    /// <summary>Series that the selectors found.</summary>
    public long Series { get; init; }
}
