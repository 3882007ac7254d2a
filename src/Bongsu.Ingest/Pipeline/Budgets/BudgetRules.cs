namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>The daily budgets of all services. Immutable.</summary>
/// <param name="Logs">Of every service that has none of its own.</param>
/// <param name="Traces">Likewise.</param>
/// <param name="Services">Those with budgets of their own.</param>
public sealed record BudgetRules(DailyBudget Logs, DailyBudget Traces, IReadOnlyDictionary<string, ServiceBudgets> Services)
{
    public static readonly BudgetRules None = new(DailyBudget.None, DailyBudget.None, new Dictionary<string, ServiceBudgets>());

    public DailyBudget Of(string service, Signal signal)
    {
        var own = Services.GetValueOrDefault(service);
        return signal == Signal.Logs ? own?.Logs ?? Logs : own?.Traces ?? Traces;
    }
}
