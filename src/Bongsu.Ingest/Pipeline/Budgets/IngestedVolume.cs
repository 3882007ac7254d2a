namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>What one service sent of one signal over some time, by the totals in the store.</summary>
public sealed record IngestedVolume(string Service, Signal Signal, long Bytes, long Records);
