using System.Text;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>What one service uses of the budget, by metric. Not thread-safe.</summary>
internal sealed class ServiceUse
{
    // A service that makes metric names up must not take the place of all others.
    private const int MaxMetrics = 10_000;

    private readonly Dictionary<ulong, MetricUse> _metrics = [];
    private readonly MetricUse _other;
    private readonly int _perMetric;

    public ServiceUse(string name, int limit, int perMetric)
    {
        Name = name;
        Limit = limit;
        _perMetric = perMetric;
        _other = new MetricUse(this, "", int.MaxValue);
    }

    public string Name { get; }

    public int Limit { get; }

    public int Count { get; set; }

    public HourCount New { get; } = new();

    public HourCount Refused { get; } = new();

    public IEnumerable<MetricUse> Metrics => _metrics.Values;

    public bool IsIdle => Count == 0 && _metrics.Count == 0;

    /// <summary>The last refusal in words, and when it was put together.</summary>
    public (string? Text, MetricUse? Metric, bool IsMetric, long At) Refusal { get; set; }

    /// <summary>The use of a metric. Metrics beyond the budget for statistics share one, which has no limit of its own.</summary>
    public MetricUse Metric(ReadOnlySpan<byte> name, StatisticsBudget budget)
    {
        var hash = LabelHash.Of(name);
        if (_metrics.TryGetValue(hash, out var use))
            return use;
        if (name.IsEmpty || _metrics.Count >= MaxMetrics || !budget.TryTakeMetric())
            return _other;
        return _metrics[hash] = new MetricUse(this, Encoding.UTF8.GetString(name), _perMetric);
    }

    /// <summary>The metric with the most label sets.</summary>
    public MetricUse Largest()
    {
        var largest = _other;
        foreach (var use in _metrics.Values)
        {
            if (use.Count > largest.Count)
                largest = use;
        }
        return largest;
    }

    /// <summary>Gives up metrics without active label sets and lately refused ones; the others forget label values of long ago when it is time.</summary>
    public void Sweep(long nowSeconds, bool isTurn, StatisticsBudget budget)
    {
        foreach (var (hash, use) in _metrics)
        {
            if (use.Count == 0 && use.Refused.Sum(nowSeconds) == 0)
            {
                budget.ReturnMetric(use);
                _metrics.Remove(hash);
            }
            else if (isTurn)
            {
                foreach (var (_, values) in use.Labels.Values)
                    values.Turn();
            }
        }
        if (IsIdle || isTurn)
            budget.ReturnLabels(_other);
    }
}
