using System.Text;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>What one service uses of the budget, and what of it grows most. Not thread-safe.</summary>
internal sealed class ServiceUse(string name)
{
    private readonly Dictionary<string, MetricUse> _metrics = [];

    public string Name { get; } = name;

    public int Count { get; set; }

    public string? OffenderText { get; set; }

    public long OffenderAt { get; set; }

    /// <summary>Notes a newly active label set. Beyond the budget for statistics only the count goes on.</summary>
    public void Observe(ReadOnlySpan<byte> canonical, StatisticsBudget budget)
    {
        var metric = "";
        var labels = new LabelReader(canonical);
        while (labels.MoveNext())
        {
            if (labels.Name.SequenceEqual("__name__"u8))
                metric = Encoding.UTF8.GetString(labels.Value);
        }
        if (!_metrics.TryGetValue(metric, out var use))
        {
            if (!budget.TryTake())
                return;
            _metrics[metric] = use = new MetricUse();
        }
        use.Series++;
        labels = new LabelReader(canonical);
        while (labels.MoveNext())
        {
            if (!labels.Name.SequenceEqual("__name__"u8))
                use.Add(Encoding.UTF8.GetString(labels.Name), LabelHash.Of(labels.Value), budget);
        }
    }

    /// <summary>A sentence that names the metric with most series and its label with most values, and says what to do.</summary>
    public string Offender()
    {
        string metric = "", label = "";
        MetricUse? most = null;
        foreach (var (candidate, use) in _metrics)
        {
            if (most is null || use.Series > most.Series)
                (metric, most) = (candidate, use);
        }
        if (most is null)
            return "raise the limit or send fewer label values";
        double values = 0;
        foreach (var (candidate, distinct) in most.Labels)
        {
            if (distinct.Estimate() is var estimate && estimate > values)
                (label, values) = (candidate, estimate);
        }
        var owner = metric.Length == 0 ? "" : $"metric '{metric}' has most of them ({most.Series}), and ";
        return $"{owner}label '{label}' has about {values:F0} values: take it off or bound its values";
    }

    public void Release(StatisticsBudget budget)
    {
        foreach (var use in _metrics.Values)
            budget.Return(1 + use.Labels.Count);
        _metrics.Clear();
    }

    private sealed class MetricUse
    {
        public int Series { get; set; }

        public Dictionary<string, DistinctCount> Labels { get; } = [];

        public void Add(string label, ulong valueHash, StatisticsBudget budget)
        {
            if (!Labels.TryGetValue(label, out var distinct))
            {
                if (!budget.TryTake())
                    return;
                Labels[label] = distinct = new DistinctCount();
            }
            distinct.Add(valueHash);
        }
    }
}
