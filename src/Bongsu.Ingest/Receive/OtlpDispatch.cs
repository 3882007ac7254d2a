namespace Bongsu.Ingest.Receive;

/// <summary>Sends an OTLP request to the decoder of its signal.</summary>
internal static class OtlpDispatch
{
    public static ValueTask<IngestAnswer> SendAsync(IngestService ingest, Signal signal, ReadOnlyMemory<byte> body, bool isJson, CancellationToken cancellationToken) => signal switch
    {
        Signal.Traces => ingest.OtlpTracesAsync(body, isJson, cancellationToken),
        Signal.Logs => ingest.OtlpLogsAsync(body, isJson, cancellationToken),
        _ => ingest.OtlpMetricsAsync(body, isJson, cancellationToken),
    };
}
