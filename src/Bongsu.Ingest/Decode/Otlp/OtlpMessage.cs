using Bongsu.Telemetry;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>What the decoders of the three signals share: places for messages, and the checks on ids and times.</summary>
internal static class OtlpMessage
{
    /// <summary>The last nanosecond that a signed 64-bit count can name: 2262-04-11.</summary>
    public const ulong MaxNanos = long.MaxValue;

    /// <summary>A failure that names what was being read and the byte of the request where it breaks.</summary>
    public static DecodeFailure Malformed(string what, ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, int position)
    {
        request.Overlaps(message, out var offset);
        return new DecodeFailure($"malformed protobuf: {what} is cut short or malformed at byte {offset + position} of {request.Length}; nothing of the request was stored");
    }

    public static DecodeFailure TooMany(string what, int limit) =>
        new($"more than {limit} {what} in one request; send smaller batches", IsTooLarge: true);

    /// <summary>The bytes of a length-delimited field, the last one if it is repeated; empty when absent.</summary>
    public static ReadOnlySpan<byte> Child(ReadOnlySpan<byte> message, int field)
    {
        ReadOnlySpan<byte> found = default;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Field == field && fields.Wire == ProtoWire.Bytes)
                found = fields.Bytes;
        }
        return found;
    }

    /// <summary>How many length-delimited fields of this number a message has.</summary>
    public static int CountChildren(ReadOnlySpan<byte> message, int field)
    {
        var count = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Field == field && fields.Wire == ProtoWire.Bytes)
                count++;
        }
        return count;
    }
}
