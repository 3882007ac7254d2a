namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>How much is kept of some log records. The first rule that fits a record holds; a record that none fits is kept.</summary>
/// <param name="Service">The service; null: any.</param>
/// <param name="Levels">Of trace, debug, info, warn, unknown; empty: any of them.</param>
/// <param name="Ratio">From 0 to 1.</param>
public sealed record LogSamplingRule(string? Service, IReadOnlyList<string> Levels, double Ratio)
{
    /// <summary>As it is shown and counted.</summary>
    public string Name => $"{Service ?? "*"}/{(Levels.Count == 0 ? "*" : string.Join('+', Levels))}";
}
