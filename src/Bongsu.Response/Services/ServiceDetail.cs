using Bongsu.Response.Releases;

namespace Bongsu.Response.Services;

/// <summary>Everything about one service in a time. SLOs, alerts and incidents come from <see cref="ServiceHooks"/> as they are.</summary>
public sealed record ServiceDetail
{
    public required ServiceRow Row { get; init; }
    public required long FromMs { get; init; }
    public required long ToMs { get; init; }
    public required long StepMs { get; init; }
    public required TimeSeries Rate { get; init; }
    public required TimeSeries ErrorRatio { get; init; }
    public required TimeSeries P50 { get; init; }
    public required TimeSeries P95 { get; init; }
    public required TimeSeries P99 { get; init; }
    public required IReadOnlyList<RouteRow> Routes { get; init; }
    public required IReadOnlyList<Dependency> Dependencies { get; init; }
    public required IReadOnlyList<SplitRow> Versions { get; init; }
    public required IReadOnlyList<SplitRow> Instances { get; init; }
    public required IReadOnlyList<ErrorClassRow> ErrorsByClass { get; init; }
    public required IReadOnlyList<Release> Releases { get; init; }
    public IReadOnlyList<object> Slos { get; init; } = [];
    public IReadOnlyList<object> Firing { get; init; } = [];
    public IReadOnlyList<object> Incidents { get; init; } = [];
    public string? Owner { get; init; }
    public string? Runbook { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }
}
