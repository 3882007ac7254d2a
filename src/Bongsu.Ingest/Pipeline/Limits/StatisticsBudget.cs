namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>
/// How many metrics and labels are followed for all services together: some 300 bytes and 1 KiB each, 25 MB at most. Not thread-safe.
/// </summary>
internal sealed class StatisticsBudget
{
    private const int MaxMetrics = 50_000;
    private const int MaxLabels = 10_000;

    private int _metrics;
    private int _labels;

    public bool TryTakeMetric() => _metrics < MaxMetrics && ++_metrics > 0;

    public bool TryTakeLabel() => _labels < MaxLabels && ++_labels > 0;

    public void ReturnMetric(MetricUse use)
    {
        _metrics--;
        ReturnLabels(use);
    }

    public void ReturnLabels(MetricUse use)
    {
        _labels -= use.Labels.Count;
        use.Labels.Clear();
    }
}
