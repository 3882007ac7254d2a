using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>A trace that the store is to drop, and since when its spans were appended, ms of the sampler.</summary>
internal readonly record struct PendingDrop(TraceId Trace, long SinceMs);
