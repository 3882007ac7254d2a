using System.Buffers.Binary;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Prometheus;

/// <summary>Reads the repeated fields of native histograms, which Prometheus' remote write and its client exposition share; false when malformed.</summary>
internal static class HistogramWire
{
    public static bool Span(ReadOnlySpan<byte> message, List<BucketSpan> into)
    {
        long offset = 0, length = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Varint })
                offset = Varint.UnZigZag(fields.Number);
            else if (fields is { Field: 2, Wire: ProtoWire.Varint })
                length = (long)Math.Min(fields.Number, int.MaxValue);
        }
        into.Add(new BucketSpan((int)Math.Clamp(offset, int.MinValue, int.MaxValue), (int)length));
        return !fields.IsMalformed;
    }

    public static bool Deltas(ReadOnlySpan<byte> bytes, ref long last, List<double> into)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            if (!Varint.TryRead(bytes, ref at, out var delta))
                return false;
            last += Varint.UnZigZag(delta);
            into.Add(last);
        }
        return true;
    }

    public static bool Doubles(ReadOnlySpan<byte> bytes, List<double> into)
    {
        if (bytes.Length % 8 != 0)
            return false;
        for (var at = 0; at < bytes.Length; at += 8)
            into.Add(BinaryPrimitives.ReadDoubleLittleEndian(bytes[at..]));
        return true;
    }
}
