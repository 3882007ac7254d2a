namespace Bongsu.Query.TraceQL;

/// <summary>A span that shows what a point of a series is made of. Its labels have the trace's and the span's id.</summary>
public sealed record TraceExemplar(IReadOnlyList<KeyValuePair<string, TraceValue>> Labels, long TimestampMs, double Value);
