using Bongsu.Ingest.Receive;
using Bongsu.Ingest.Scrape.Exposed;
using Bongsu.Telemetry.Labels;
using Microsoft.Extensions.Logging;

namespace Bongsu.Ingest.Scrape;

/// <summary>What all loops share: the way into the store, memory to work in, the clock. Thread-safe.</summary>
internal sealed partial class ScrapeTools
{
    private readonly ILogger _log;

    public ScrapeTools(IngestService ingest, ScraperOptions options, TimeProvider time, ILogger log)
    {
        Ingest = ingest;
        Options = options;
        Time = time;
        _log = log;
        Work = new WorkPool<ScrapeWork>(() => new ScrapeWork(ingest.Options.Limits));
        Bodies = new InflightBytes(options.Limits.ConcurrentBodyBytes, ingest.Counters);
    }

    public IngestService Ingest { get; }
    public ScraperOptions Options { get; }
    public TimeProvider Time { get; }
    public WorkPool<ScrapeWork> Work { get; }
    public InflightBytes Bodies { get; }

    /// <summary>Sends what a scrape brought through the pipeline, as everything that comes in, and gives the work back.</summary>
    public async Task<IngestOutcome> StoreAsync(ScrapeWork work, long nowMs)
    {
        var outcome = await Ingest.IngestAsync(work.Batch, CancellationToken.None);
        if (work.Tally.Count > 0)
        {
            var refused = new IngestOutcome(0, [.. work.Tally.Rejections]);
            Ingest.Counters.Outcome(Signal.Metrics, refused, 0);
            outcome = outcome with { Rejections = [.. refused.Rejections, .. outcome.Rejections] };
        }
        if (!outcome.IsStoreFull)
            TargetSeries.Stored(work, nowMs);
        var isKept = work.MayBeKept;
        work.Clear();
        if (isKept)
            Work.Return(work);
        return outcome;
    }

    public void Failed(Exception exception, string job, LabelSet target) => LogFailed(exception, job, target.ToString());

    public void Tell(string job, string problem) => LogProblem(job, problem);
}
