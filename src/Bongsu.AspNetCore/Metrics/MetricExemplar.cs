using System.Diagnostics;

namespace Bongsu.AspNetCore.Metrics;

/// <summary>A measurement that can be followed to its trace: the latest of its bucket.</summary>
internal readonly record struct MetricExemplar(double Value, ulong TimeNanos, ActivityTraceId TraceId, ActivitySpanId SpanId);
