namespace Bongsu.Storage.Segments;

/// <summary>Traces that were dropped and may still stand in one segment, and when the last of them came, by the running clock.</summary>
internal readonly record struct SegmentDrops(TraceSet Traces, long ChangedMs);
