using Bongsu.Telemetry;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>
/// Holds every service and each of its metrics to a budget of active series, and of streams: new ones beyond it are dropped, with the metric and the
/// label named that grow most; what was there before goes on. Thread-safe.
/// </summary>
internal sealed class CardinalityLimit(IngestLimits limits, TimeProvider time) : ITelemetryProcessor
{
    private readonly object _lock = new();
    private readonly ActiveSet _series = new(new ActiveLimits("series", limits.SeriesPerMetric, limits.SeriesPerService, limits.SeriesTotal), time);
    private readonly ActiveSet _streams = new(new ActiveLimits("log streams", int.MaxValue, limits.StreamsPerService, limits.StreamsTotal), time);

    /// <summary>The use of the budgets of series; cheap, also while new ones storm in.</summary>
    public SeriesBudgets Report(int top)
    {
        lock (_lock)
            return _series.Report(top);
    }

    // Spans have no label sets of their own: their names and attributes are fields.
    public void Process(SpanBatch batch, RejectionTally tally) { }

    public void Process(LogBatch batch, RejectionTally tally)
    {
        string?[]? refused = null;
        lock (_lock)
        {
            for (var stream = 0; stream < batch.Streams.Count; stream++)
            {
                if (!_streams.TryAdmit(batch.StreamLabels(stream), out var detail))
                    (refused ??= new string?[batch.Streams.Count])[stream] = detail;
            }
        }
        if (refused is null)
            return;
        var records = batch.Records.Mutable;
        for (var i = 0; i < records.Length; i++)
        {
            if (records[i].IsDropped || refused[records[i].Stream] is not { } detail)
                continue;
            records[i].IsDropped = true;
            tally.Add(RejectReason.SeriesBudget, detail);
        }
    }

    public void Process(MetricBatch batch, RejectionTally tally)
    {
        string?[]? refused = null;
        lock (_lock)
        {
            for (var series = 0; series < batch.SeriesCount; series++)
            {
                // A known series is looked at again every few minutes; see SeriesCache.LookInterval.
                if (batch.Handle(series) is null && !batch.IsDropped(series) && !_series.TryAdmit(batch.SeriesLabels(series), out var detail))
                    (refused ??= new string?[batch.SeriesCount])[series] = detail;
            }
        }
        if (refused is null)
            return;
        for (var series = 0; series < refused.Length; series++)
        {
            if (refused[series] is not null)
                batch.DropSeries(series);
        }
        foreach (var series in batch.SampleSeries.Span)
        {
            if (refused[series] is { } detail)
                tally.Add(RejectReason.SeriesBudget, detail);
        }
        foreach (var (series, _, _) in batch.Histograms)
        {
            if (refused[series] is { } detail)
                tally.Add(RejectReason.SeriesBudget, detail);
        }
    }
}
