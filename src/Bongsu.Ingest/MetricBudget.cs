namespace Bongsu.Ingest;

/// <summary>The budget of active series of one metric of one service.</summary>
/// <param name="Service">The service.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Active">Series that were active within the last hour.</param>
/// <param name="Limit">New series beyond it are refused.</param>
/// <param name="NewLastHour">Series that became active within the last hour.</param>
/// <param name="RefusedLastHour">How often a new series was refused within the last hour, for this budget or that of the service.</param>
/// <param name="State">How it stands.</param>
/// <param name="Labels">The labels with most new values first: the first is the one that explodes.</param>
public sealed record MetricBudget(string Service, string Metric, long Active, long Limit, long NewLastHour, long RefusedLastHour, BudgetState State,
    IReadOnlyList<LabelGrowth> Labels);
