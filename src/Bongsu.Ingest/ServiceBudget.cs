namespace Bongsu.Ingest;

/// <summary>The budget of active series of one service.</summary>
/// <param name="Service">Its name; "(none)" for series without one.</param>
/// <param name="Active">Series that were active within the last hour.</param>
/// <param name="Limit">New series beyond it are refused.</param>
/// <param name="NewLastHour">Series that became active within the last hour.</param>
/// <param name="RefusedLastHour">How often a new series was refused within the last hour.</param>
/// <param name="State">How it stands.</param>
public sealed record ServiceBudget(string Service, long Active, long Limit, long NewLastHour, long RefusedLastHour, BudgetState State);
