using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>What one scrape is worked on with. Not thread-safe; pooled.</summary>
internal sealed class ScrapeWork(IngestLimits limits)
{
    // A batch that one large target has blown up is not kept for small ones.
    private const int KeptArenaBytes = 8 * IngestLimits.MiB;

    public IngestLimits Limits { get; } = limits;
    public MetricBatch Batch { get; } = new();
    public RejectionTally Tally { get; } = new();
    public LabelBuffer Labels { get; } = new();
    public LabelBuffer Scratch { get; } = new();
    public ByteBuffer Key { get; } = new();
    public SeriesTextParser Parser { get; } = new(limits.LabelsPerSeries);

    /// <summary>Series of the batch that the pipeline looks at, to be known by handle when it is stored.</summary>
    public List<(int Series, ScrapedSeries Scraped)> Pending { get; } = [];

    /// <summary>One entry a sample of the batch: where the start of its counter is told.</summary>
    public List<StartSlot?> Starts { get; } = [];

    public bool MayBeKept => Batch.Arena.Length <= KeptArenaBytes;

    public void Clear()
    {
        Batch.Clear();
        Tally.Clear();
        Pending.Clear();
        Starts.Clear();
    }
}
