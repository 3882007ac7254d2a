using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Ingest.Scrape.Targets;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>What is known of a target from scrape to scrape. Goes on when the configuration is read again. Not thread-safe.</summary>
internal sealed class TargetState
{
    private readonly Dictionary<string, ScrapedSeries> _reports = [];

    public TargetSeries Series { get; } = new();

    public TargetStatus? LastStatus { get; set; }

    /// <summary>Adds the samples about the scrape itself.</summary>
    public void Report(SeriesLabels labels, ScrapeJob job, bool isUp, TimeSpan duration, int bodyBytes, TimeSpan timeout, long timeMs, ScrapeWork work)
    {
        Add("up", isUp ? 1 : 0);
        Add("scrape_duration_seconds", duration.TotalSeconds);
        Add("scrape_samples_scraped", Series.Scraped);
        Add("scrape_samples_post_metric_relabeling", Series.Kept);
        Add("scrape_series_added", Series.Added);
        if (!job.ExtraMetrics)
            return;
        Add("scrape_timeout_seconds", timeout.TotalSeconds);
        Add("scrape_sample_limit", job.SampleLimit);
        Add("scrape_body_size_bytes", bodyBytes);

        void Add(string name, double value)
        {
            if (!_reports.TryGetValue(name, out var series))
                _reports[name] = series = new ScrapedSeries(labels.OfReport(name));
            Series.AddReport(series, timeMs, value, work);
        }
    }

    /// <summary>Ends all series: the target is scraped no more.</summary>
    public void Retire(long timeMs, ScrapeWork work)
    {
        Series.EndAll(work, timeMs);
        foreach (var series in _reports.Values)
            Series.AddReport(series, timeMs, Telemetry.Metrics.SampleValues.StaleNaN, work);
    }
}
