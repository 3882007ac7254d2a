namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>Puts the use of the budgets together, the fullest and most refused first. Its cost is bounded by that of the statistics.</summary>
internal sealed class BudgetReport(int total, long nowSeconds, int top)
{
    private const double NearShare = 0.8;
    private const int LabelsOfMetric = 5;

    public SeriesBudgets Of(List<ServiceUse> services, int active)
    {
        var metrics = new List<MetricUse>();
        long refused = 0, added = 0;
        foreach (var service in services)
        {
            metrics.AddRange(service.Metrics);
            refused += service.Refused.Sum(nowSeconds);
            added += service.New.Sum(nowSeconds);
        }
        return new SeriesBudgets
        {
            Active = active,
            Limit = total,
            NewLastHour = added,
            RefusedLastHour = refused,
            State = State(active, total, refused: 0),
            Services = Top(services, static (s, now) => (s.Refused.Sum(now), s.Count), Service),
            Metrics = Top(metrics, static (m, now) => (m.Refused.Sum(now), m.Count), Metric),
        };
    }

    private ServiceBudget Service(ServiceUse use)
    {
        var (limit, refused) = (Math.Min(use.Limit, total), use.Refused.Sum(nowSeconds));
        return new ServiceBudget(use.Name, use.Count, limit, use.New.Sum(nowSeconds), refused, State(use.Count, limit, refused));
    }

    private MetricBudget Metric(MetricUse use)
    {
        var (limit, refused) = (Math.Min(use.Limit, total), use.Refused.Sum(nowSeconds));
        return new MetricBudget(use.Service.Name, use.Name, use.Count, limit, use.New.Sum(nowSeconds), refused, State(use.Count, limit, refused), use.Growth(LabelsOfMetric));
    }

    private static BudgetState State(long active, long limit, long refused) =>
        refused > 0 || active >= limit ? BudgetState.Over : active >= limit * NearShare ? BudgetState.Near : BudgetState.Within;

    private List<TTo> Top<TFrom, TTo>(List<TFrom> from, Func<TFrom, long, (long Refused, int Count)> rank, Func<TFrom, TTo> make)
    {
        var queue = new PriorityQueue<TFrom, (long, int)>(top + 1);
        foreach (var item in from)
        {
            queue.Enqueue(item, rank(item, nowSeconds));
            if (queue.Count > top)
                queue.Dequeue();
        }
        var result = new List<TTo>(queue.Count);
        while (queue.TryDequeue(out var item, out _))
            result.Add(make(item));
        result.Reverse();
        return result;
    }
}
