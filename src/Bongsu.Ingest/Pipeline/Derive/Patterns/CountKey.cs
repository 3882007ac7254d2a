namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>What lines are counted by: pattern id (0 for none), place in the service's dimensions, and time in steps.</summary>
internal readonly record struct CountKey(ulong Pattern, int Dimension, long Bucket);
