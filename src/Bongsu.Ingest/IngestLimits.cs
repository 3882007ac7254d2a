namespace Bongsu.Ingest;

/// <summary>What one request, record and sender may be at most. Immutable; every refusal names the limit it met.</summary>
public sealed record IngestLimits
{
    public const int KiB = 1024;
    public const int MiB = 1024 * KiB;

    /// <summary>Body as sent, compressed or not.</summary>
    public int BodyBytes { get; init; } = 16 * MiB;

    /// <summary>Body after decompression; inflating stops here.</summary>
    public int InflatedBytes { get; init; } = 64 * MiB;

    /// <summary>Spans, log records or samples in one request.</summary>
    public int RecordsPerRequest { get; init; } = 500_000;

    /// <summary>
    /// Attributes, events and links in one request; a resource, scope or stream counts for eight. On the wire each can be two bytes, in memory it takes up to a
    /// hundred: this, not the size of the body, is what bounds a request that is nothing but small parts.
    /// </summary>
    public int PartsPerRequest { get; init; } = 4_000_000;

    /// <summary>Texts of one request once they are decoded: names of fields within fields repeat those around them.</summary>
    public int DecodedBytes { get; init; } = 128 * MiB;

    /// <summary>More attributes of one span, record, event or link are left out and counted as dropped.</summary>
    public int AttributesPerRecord { get; init; } = 256;

    /// <summary>Events, and likewise links, of one span; more are left out and counted as dropped.</summary>
    public int EventsPerSpan { get; init; } = 1024;

    public int AttributeKeyBytes { get; init; } = 1 * KiB;

    public int AttributeValueBytes { get; init; } = 64 * KiB;

    /// <summary>Span, event and scope names, trace state, status message.</summary>
    public int NameBytes { get; init; } = 16 * KiB;

    public int LogLineBytes { get; init; } = 1 * MiB;

    public int LabelsPerSeries { get; init; } = 64;

    public int LabelNameBytes { get; init; } = 1 * KiB;

    public int LabelValueBytes { get; init; } = 8 * KiB;

    /// <summary>Labels of all series of one OTLP request: the buckets of a histogram repeat the labels of their point, so a small body can make many.</summary>
    public int SeriesBytesPerRequest { get; init; } = 256 * MiB;

    /// <summary>Buckets of one histogram point.</summary>
    public int HistogramBuckets { get; init; } = 4096;

    /// <summary>Bodies, received and inflated, held at one time over all requests; beyond it senders are asked to come again.</summary>
    public long MaxConcurrentBytes { get; init; } = 256L * MiB;

    /// <summary>Active series of one metric of one service; new ones beyond it are refused, so that one metric cannot use up what its service may have.</summary>
    public int SeriesPerMetric { get; init; } = 100_000;

    /// <summary>Active series of one service; new ones beyond it are refused.</summary>
    public int SeriesPerService { get; init; } = 200_000;

    /// <summary>Active log streams of one service.</summary>
    public int StreamsPerService { get; init; } = 10_000;

    /// <summary>Active series of all services together: what the memory of the series table is bounded by.</summary>
    public int SeriesTotal { get; init; } = 2_000_000;

    /// <summary>Active log streams of all services together.</summary>
    public int StreamsTotal { get; init; } = 200_000;

    /// <summary>What is kept of the series that senders repeat, so that they need not be read again: about 350 bytes a series. Past it, some are read anew each time.</summary>
    public long SeriesCacheBytes { get; init; } = 128L * MiB;

    /// <summary>Series whose delta points are being added up.</summary>
    public int DeltaSeries { get; init; } = 200_000;

    /// <summary>Series that are derived from spans.</summary>
    public int DerivedSeries { get; init; } = 20_000;

    /// <summary>Spans that wait for their other half, for the service graph.</summary>
    public int PendingEdges { get; init; } = 50_000;

    /// <summary>Log patterns of one service; past it, the one that was used longest ago gives way, those of few lines first.</summary>
    public int PatternsPerService { get; init; } = 500;

    /// <summary>Log patterns of all services together: about a kilobyte each, at most six.</summary>
    public int PatternsTotal { get; init; } = 10_000;

    /// <summary>Counts of lines of one service, by pattern, level and time, that wait to be written.</summary>
    public int PatternCountsPerService { get; init; } = 50_000;
}
