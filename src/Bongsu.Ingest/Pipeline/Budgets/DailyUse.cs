namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>What one service has sent of one signal on this UTC day, beside its budget.</summary>
/// <param name="Service">Its name; "(other)" for those beyond the number that is followed.</param>
/// <param name="Signal">Logs or traces.</param>
/// <param name="Bytes">That were let through, before compression.</param>
/// <param name="Records">That were let through.</param>
/// <param name="SampledOut">Records left out by the budget's action, since the start of the server if that was today.</param>
/// <param name="Refused">Records refused, likewise.</param>
/// <param name="Budget">What it may send.</param>
public sealed record DailyUse(string Service, Signal Signal, long Bytes, long Records, long SampledOut, long Refused, DailyBudget Budget)
{
    private const double NearShare = 0.8;

    public double Used => Budget.Used(Bytes, Records);

    /// <summary>How it stands: over from the moment that something more would have been beyond it.</summary>
    public BudgetState State => Used >= 1 || SampledOut + Refused > 0 ? BudgetState.Over : Used >= NearShare ? BudgetState.Near : BudgetState.Within;
}
