namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>The total of a series after a point: when it holds, since when it has been added up, and its value.</summary>
internal readonly record struct DeltaTotal<T>(ulong StartNanos, ulong TimeNanos, T Value);
