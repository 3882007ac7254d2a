using Bongsu.Telemetry;

namespace Bongsu.Ingest.Decode.Exposition;

/// <summary>An Exemplar message (io.prometheus.client, metrics.proto): labels in field 1, as in a Metric.</summary>
internal readonly ref struct ClientExemplar(ReadOnlySpan<byte> message)
{
    public ReadOnlySpan<byte> Message { get; } = message;

    public void Read(out double value, out long timestampMs)
    {
        value = 0;
        timestampMs = 0;
        var fields = new ProtoReader(Message);
        while (fields.Read())
        {
            if (fields is { Field: 2, Wire: ProtoWire.Fixed64 })
                value = BitConverter.UInt64BitsToDouble(fields.Number);
            else if (fields is { Field: 3, Wire: ProtoWire.Bytes })
                timestampMs = ClientMetric.TimeMs(fields.Bytes);
        }
    }
}
