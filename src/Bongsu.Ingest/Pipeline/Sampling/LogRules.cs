namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>What rules of log sampling may say.</summary>
public static class LogRules
{
    public const int Max = 64;

    /// <summary>Levels of which records may be left out.</summary>
    public static readonly IReadOnlyList<string> Levels = ["trace", "debug", "info", "warn", "unknown"];

    public static readonly IReadOnlyList<string> AlwaysKept = ["error", "fatal"];
}
