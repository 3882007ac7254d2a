namespace Bongsu.Response.Services;

/// <summary>What other parts know about a service, by its name. Each is asked once a row; the defaults know nothing.</summary>
public sealed record ServiceHooks
{
    public static readonly ServiceHooks None = new();

    /// <summary>The lowest budget left of its SLOs.</summary>
    public Func<string, double?> SloBudgetLeft { get; init; } = _ => null;

    /// <summary>A burning SLO to show when nothing worse stands out.</summary>
    public Func<string, StandsOut?> SloBurn { get; init; } = _ => null;
    public Func<string, IReadOnlyList<object>> Slos { get; init; } = _ => [];
    public Func<string, IReadOnlyList<object>> Firing { get; init; } = _ => [];

    /// <summary>Incidents of a service within a time.</summary>
    public Func<string, long, long, IReadOnlyList<object>> Incidents { get; init; } = (_, _, _) => [];
    public Func<string, string?> Owner { get; init; } = _ => null;
    public Func<string, string?> Runbook { get; init; } = _ => null;
}
