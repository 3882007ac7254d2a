namespace Bongsu.Ingest;

/// <summary>The budgets of active series at one moment. Figures of the last hour are exact to five minutes.</summary>
public sealed record SeriesBudgets
{
    /// <summary>Series of all services that were active within the last hour.</summary>
    public required long Active { get; init; }
    public required long Limit { get; init; }
    public required long NewLastHour { get; init; }
    /// <summary>How often a new series was refused, whatever the budget.</summary>
    public required long RefusedLastHour { get; init; }
    /// <summary>How the budget of all services together stands.</summary>
    public required BudgetState State { get; init; }
    /// <summary>Those most refused and then the largest first.</summary>
    public required IReadOnlyList<ServiceBudget> Services { get; init; }
    /// <summary>Those most refused and then the largest first.</summary>
    public required IReadOnlyList<MetricBudget> Metrics { get; init; }
}
