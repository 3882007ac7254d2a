using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Logging;

/// <summary>A log record as it was when written; nothing in it refers to objects of the service that may change.</summary>
internal sealed record LogEntry(
    DateTimeOffset Time, LogLevel Level, string Category, string? EventName, string Message,
    List<KeyValuePair<string, object?>> Attributes, ActivityTraceId TraceId, ActivitySpanId SpanId, ActivityTraceFlags Flags);
