using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>One series that a target shows, under the labels it is stored by. Not thread-safe; owned by the target's <see cref="TargetSeries"/>.</summary>
internal sealed class ScrapedSeries(LabelSet labels)
{
    public LabelSet Labels { get; } = labels;

    /// <summary>Set once the series has been through the pipeline and stored.</summary>
    public SeriesHandle? Handle { get; set; }

    /// <summary>When the pipeline last saw the series' labels, in ms since the epoch.</summary>
    public long LookedAtMs { get; set; }

    /// <summary>The scrape that last had it, and where it stands in that scrape's batch.</summary>
    public long LastScrape { get; set; }
    public int BatchIndex { get; set; }
    public long LastSampleMs { get; set; }

    /// <summary>Whether it ends with a staleness marker when it goes: not so while it brings its own times.</summary>
    public bool EndsStale { get; set; }

    /// <summary>Its last stored sample is a value, not a staleness marker.</summary>
    public bool IsLive { get; set; }
}
