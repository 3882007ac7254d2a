namespace Bongsu.Ingest.Decode.JsonLines;

/// <summary>What a field of a JSON log line says of the record, whatever its spelling.</summary>
internal enum LogField : byte
{
    None,
    Time,
    Level,
    /// <summary>OTLP's severity number, 1 to 24.</summary>
    SeverityNumber,
    /// <summary>Python's level number, which counts otherwise than all others.</summary>
    PythonLevel,
    Message,
    Service,
    Environment,
    TraceId,
    SpanId,
    /// <summary>W3C's traceparent: trace and span in one.</summary>
    TraceParent,
}
