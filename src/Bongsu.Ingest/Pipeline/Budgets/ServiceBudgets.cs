namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>The budgets of one service; null: as of all.</summary>
public sealed record ServiceBudgets(DailyBudget? Logs, DailyBudget? Traces);
