namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>What a path without a key names.</summary>
internal enum OttlField : byte
{
    Name,
    Kind,
    StatusCode,
    StatusMessage,
    TraceId,
    SpanId,
    ParentSpanId,
    TraceState,
    StartTime,
    EndTime,
    DroppedAttributes,
    ScopeName,
    ScopeVersion,
    EventName,
    EventTime,
    EventDroppedAttributes,
}
