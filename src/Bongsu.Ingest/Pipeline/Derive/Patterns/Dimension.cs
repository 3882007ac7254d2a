namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>What the lines of a service are told apart by besides their pattern. Immutable.</summary>
internal sealed record Dimension(byte[] Environment, byte[] Level);
