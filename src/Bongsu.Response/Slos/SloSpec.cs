namespace Bongsu.Response.Slos;

/// <summary>What is counted as good and bad.</summary>
public abstract record Sli
{
    /// <summary>Requests that do not fail.</summary>
    public sealed record Availability : Sli;

    /// <summary>Requests answered within the threshold.</summary>
    public sealed record Latency(TimeSpan Threshold) : Sli;

    /// <summary>
    /// Events of the owner's own counters: PromQL expressions that contain <c>$window</c> where a range stands and give one number of events, or
    /// plain counter selectors, which are then summed over the window. One of <paramref name="Good"/> and <paramref name="Bad"/> is given.
    /// </summary>
    public sealed record Events(string? Good, string? Bad, string Total) : Sli;
}

/// <summary>What happens to an alert while its objective cannot be measured.</summary>
public enum OnNoData
{
    /// <summary>It stays as it is: what cannot be measured neither pages nor resolves.</summary>
    Freeze,
    /// <summary>No telemetry is an outage.</summary>
    Bad,
    /// <summary>No telemetry is no traffic.</summary>
    Ignore,
}

/// <summary>A service level objective as its owner wrote it.</summary>
public sealed record SloSpec
{
    /// <summary><c>service.name</c> in [a-z0-9-.]; unique.</summary>
    public required string Id { get; init; }
    public required string Service { get; init; }
    public required string Name { get; init; }
    /// <summary>Ratio of good events, 0..1.</summary>
    public required double Objective { get; init; }
    public required TimeSpan Window { get; init; }
    public required Sli Sli { get; init; }
    public string Description { get; init; } = "";
    public string? Owner { get; init; }
    public string? Runbook { get; init; }
    public string? Dashboard { get; init; }
    /// <summary>Name of the burn-rate profile.</summary>
    public string Profile { get; init; } = BurnProfile.WorkbookName;
    /// <summary>Whether a statistical test must agree before it alerts.</summary>
    public bool PoissonGuard { get; init; } = true;
    /// <summary>Fewest events in the long window before it may alert.</summary>
    public int MinEvents { get; init; }
    public OnNoData OnNoData { get; init; } = OnNoData.Freeze;
    public required string File { get; init; }
    public required int Line { get; init; }

    /// <summary>The share of events that may be bad.</summary>
    public double ErrorBudget => 1 - Objective;

    public string Kind => Sli is Sli.Latency ? "latency" : "availability";
}
