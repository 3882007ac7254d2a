namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>What one rule did to log records since the start; those it spared were errors or told of something slow.</summary>
public sealed record LogRuleCounts(string Name, double Ratio, long Kept, long Spared, long Dropped);
