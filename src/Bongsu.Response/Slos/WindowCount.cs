namespace Bongsu.Response.Slos;

/// <summary>Bad and all events of one window. Absent telemetry is no count at all, never a count of zero.</summary>
public readonly record struct WindowCount(double Bad, double Total)
{
    public double Ratio => Total > 0 ? Math.Clamp(Bad / Total, 0, 1) : 0;

    /// <summary>How many times faster than evenly the budget is spent.</summary>
    public double Burn(double errorBudget) => Ratio / errorBudget;

    public WindowCount Plus(WindowCount later) => new(Bad + later.Bad, Total + later.Total);
}
