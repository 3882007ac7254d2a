namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>The time that one delta point covers, in ns since the epoch.</summary>
internal readonly record struct DeltaWindow(ulong StartNanos, ulong TimeNanos);
