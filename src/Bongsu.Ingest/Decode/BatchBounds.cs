using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Decode;

/// <summary>What one request may become when it is decoded. Decoders ask once for each record, and for each part that needs no record. Pure.</summary>
internal static class BatchBounds
{
    private const int PartsOfOrigin = 8;

    /// <summary>Why the request is refused as a whole, or null.</summary>
    public static DecodeFailure? Check(IngestLimits limits, SpanBatch batch) =>
        Check(limits, batch.Attributes.Count + batch.Events.Count + batch.Links.Count, batch.Resources.Count + batch.Scopes.Count, batch.Arena.Length);

    /// <inheritdoc cref="Check(IngestLimits, SpanBatch)"/>
    public static DecodeFailure? Check(IngestLimits limits, LogBatch batch) =>
        Check(limits, batch.Attributes.Count, batch.Resources.Count + batch.Scopes.Count + batch.Streams.Count, batch.Arena.Length);

    private static DecodeFailure? Check(IngestLimits limits, long parts, long origins, int textBytes)
    {
        if (parts + origins * PartsOfOrigin > limits.PartsPerRequest)
            return new DecodeFailure($"more than {limits.PartsPerRequest} attributes, events, links, resources, scopes and streams in one request; send smaller batches", IsTooLarge: true);
        return textBytes > limits.DecodedBytes ? new DecodeFailure($"texts of more than {limits.DecodedBytes} bytes once decoded; send smaller batches", IsTooLarge: true) : null;
    }
}
