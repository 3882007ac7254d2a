namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>What one service may send of one signal on a UTC day. Immutable.</summary>
public sealed record DailyBudget
{
    public static readonly DailyBudget None = new();

    /// <summary>Before compression, as <see cref="RecordSize"/> has it; zero: no limit.</summary>
    public long Bytes { get; init; }

    /// <summary>Log records or spans; zero: no limit.</summary>
    public long Records { get; init; }

    public BudgetAction Action { get; init; }

    /// <summary>Of <see cref="BudgetAction.Sample"/>: the share that is kept of what is neither an error nor slow.</summary>
    public double Keep { get; init; } = 0.1;

    /// <summary>Of <see cref="BudgetAction.Sample"/>: what takes as long is kept.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromSeconds(1);

    public bool HasLimit => Bytes > 0 || Records > 0;

    /// <summary>The share of the fuller limit that is used; 0 without one.</summary>
    public double Used(long bytes, long records) => Math.Max(Bytes > 0 ? (double)bytes / Bytes : 0, Records > 0 ? (double)records / Records : 0);

    internal bool IsOver(long bytes, long records) => (Bytes > 0 && bytes > Bytes) || (Records > 0 && records > Records);
}
