namespace Bongsu.Ingest;

/// <summary>How telemetry is taken in. Immutable.</summary>
public sealed record IngestOptions
{
    public IngestLimits Limits { get; init; } = new();

    /// <summary>False leaves the redact stage out: for those who send data that is clean already.</summary>
    public bool Redact { get; init; } = true;

    /// <summary>What the redact stage looks for.</summary>
    public Pipeline.Redaction.RedactionRules Rules { get; init; } = Pipeline.Redaction.RedactionRules.Default;

    /// <summary>What is kept of traces and logs.</summary>
    public Pipeline.Sampling.SamplingPlan Sampling { get; init; } = new();

    /// <summary>What services may send of logs and spans on one day.</summary>
    public Pipeline.Budgets.BudgetRules Budgets { get; init; } = Pipeline.Budgets.BudgetRules.None;

    /// <summary>How often metrics derived from spans are written.</summary>
    public TimeSpan DeriveInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a service is known before a log pattern that it never wrote is called new.</summary>
    public TimeSpan PatternLearningTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long one half of a call waits for the other before the edge goes to a virtual node.</summary>
    public TimeSpan EdgeWait { get; init; } = TimeSpan.FromSeconds(10);
}
