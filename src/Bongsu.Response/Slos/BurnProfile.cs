using Bongsu.Response.Configuration;

namespace Bongsu.Response.Slos;

/// <summary>Two windows that must both burn faster than a factor before somebody is told.</summary>
/// <param name="Factor">Burn rate, in even spendings of the budget, above which both windows must be.</param>
/// <param name="Severity"><c>page</c> or <c>ticket</c>.</param>
public sealed record BurnPair(TimeSpan Long, TimeSpan Short, double Factor, string Severity)
{
    /// <summary>The share of the budget of a period that is gone when the long window has burnt at the factor.</summary>
    public double BudgetSpent(TimeSpan period) => Factor * (Long / period);

    /// <summary>Whether even a total outage burns faster than the factor.</summary>
    public bool CanFire(double objective) => Factor * (1 - objective) < 1;
}

/// <summary>The windows and factors that an objective alerts on, and what is to be said about them.</summary>
public sealed record BurnProfile(string Name, IReadOnlyList<BurnPair> Pairs, IReadOnlyList<string> Notes)
{
    public const string WorkbookName = "workbook";
    public const string DemoName = "demo";

    /// <summary>The four pairs of the SRE workbook (table 5-8 and its Prometheus sample), which count on a period of 30 days.</summary>
    public static readonly BurnProfile Workbook = new(WorkbookName,
    [
        new BurnPair(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), 14.4, "page"),
        new BurnPair(TimeSpan.FromHours(6), TimeSpan.FromMinutes(30), 6, "page"),
        new BurnPair(TimeSpan.FromDays(1), TimeSpan.FromHours(2), 3, "ticket"),
        new BurnPair(TimeSpan.FromDays(3), TimeSpan.FromHours(6), 1, "ticket"),
    ], []);

    /// <summary>
    /// The workbook's factors over windows short enough to watch. The shortest window is 15 s because it must hold at least three exports at 5 s;
    /// the long one of the first pair keeps 60 s of requests, so that the low-traffic guard has something to count.
    /// </summary>
    public static readonly BurnProfile Demo = new(DemoName,
    [
        new BurnPair(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(15), 14.4, "page"),
        new BurnPair(TimeSpan.FromSeconds(180), TimeSpan.FromSeconds(30), 6, "page"),
        new BurnPair(TimeSpan.FromMinutes(24), TimeSpan.FromMinutes(2), 3, "ticket"),
        new BurnPair(TimeSpan.FromMinutes(72), TimeSpan.FromMinutes(6), 1, "ticket"),
    ], [DemoNote()]);

    public static BurnProfile? Find(string name) => name switch { WorkbookName => Workbook, DemoName => Demo, _ => null };

    private static string DemoNote()
    {
        TimeSpan[] windows = [TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(180), TimeSpan.FromSeconds(30)];
        var text = windows.Select(DurationText.Format).ToArray();
        return $"Demo profile: objectives page on burn rates over {text[0]} and {text[1]}, or {text[2]} and {text[3]}, instead of 1h and 5m, or 6h and 30m; the factors are the workbook's.";
    }
}
