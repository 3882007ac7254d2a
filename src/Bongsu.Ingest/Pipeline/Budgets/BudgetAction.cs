namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>What happens to records beyond a daily budget.</summary>
public enum BudgetAction : byte
{
    /// <summary>They are kept, and it is said.</summary>
    Warn,
    /// <summary>Errors, slow ones and a share of the rest are kept.</summary>
    Sample,
    /// <summary>They are refused, and the sender is told.</summary>
    Refuse,
}
