namespace Bongsu.Response.Alerting;

/// <summary>Where an alert stands and since when; all that its state machine remembers. Times in ms since the epoch.</summary>
/// <param name="ActiveSinceMs">When its condition became true.</param>
/// <param name="KeepFiringSinceMs">When the condition went away while <c>keep_firing_for</c> holds it.</param>
public sealed record AlertTimer(AlertState State, long ActiveSinceMs, long? FiredMs = null, long? ResolvedMs = null, long? KeepFiringSinceMs = null);

/// <summary>What one evaluation saw.</summary>
public enum AlertObservation
{
    Inactive,
    Active,
    /// <summary>It could not be told: no telemetry, or the query failed.</summary>
    Unknown,
}

/// <summary>How long the condition must hold, and how long the alert outlives it.</summary>
public readonly record struct AlertTiming(TimeSpan For, TimeSpan KeepFiringFor);

/// <summary>Why an alert is where it is after an evaluation.</summary>
public enum AlertReason
{
    /// <summary>Nothing is wrong.</summary>
    Quiet,
    BecamePending,
    StillPending,
    Fired,
    StillFiring,
    /// <summary>The condition is gone but <c>keep_firing_for</c> holds it.</summary>
    KeptFiring,
    Resolved,
    /// <summary>The condition went away before <c>for</c> was over.</summary>
    ClearedWhilePending,
    /// <summary>It could not be told, so it stays as it was.</summary>
    Frozen,
    /// <summary>Its rule is no longer there.</summary>
    RuleRemoved,
}
