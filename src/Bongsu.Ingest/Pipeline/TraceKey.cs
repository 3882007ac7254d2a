namespace Bongsu.Ingest.Pipeline;

/// <summary>Names under which log records carry their trace id. Pure.</summary>
internal static class TraceKey
{
    public static bool Is(ReadOnlySpan<byte> key) => key.Length switch
    {
        3 => key.SequenceEqual("@tr"u8),
        7 => key.SequenceEqual("traceId"u8) || key.SequenceEqual("TraceId"u8) || key.SequenceEqual("traceid"u8) || key.SequenceEqual("traceID"u8),
        8 => key.SequenceEqual("trace_id"u8) || key.SequenceEqual("trace.id"u8),
        11 => key.SequenceEqual("dd.trace_id"u8),
        _ => false,
    };
}
