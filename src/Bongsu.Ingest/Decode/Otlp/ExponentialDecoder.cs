using Bongsu.Telemetry;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>Reads an ExponentialHistogramDataPoint.</summary>
internal static class ExponentialDecoder
{
    // A double has exponents of ±2^10, so at scale 20 its buckets lie within ±2^30; an index beyond is made up.
    private const int MaxIndex = 1 << 30;

    public static bool TryRead(ReadOnlySpan<byte> message, int maxBuckets, out ExponentialPoint? point, out RejectReason reason, out string? fault)
    {
        point = null;
        long scale = 0;
        double sum = 0, threshold = 0;
        ulong count = 0, zeroCount = 0;
        ExponentialBuckets positive = new(0, []), negative = new(0, []);
        (reason, fault) = (RejectReason.None, null);
        var fields = new ProtoReader(message);
        while (fault is null && fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (4, ProtoWire.Fixed64): count = fields.Number; break;
                case (5, ProtoWire.Fixed64): sum = BitConverter.UInt64BitsToDouble(fields.Number); break;
                case (6, ProtoWire.Varint): scale = Varint.UnZigZag(fields.Number); break;
                case (7, ProtoWire.Fixed64): zeroCount = fields.Number; break;
                case (8, ProtoWire.Bytes): positive = Buckets(fields.Bytes, maxBuckets, ref reason, ref fault); break;
                case (9, ProtoWire.Bytes): negative = Buckets(fields.Bytes, maxBuckets, ref reason, ref fault); break;
                case (14, ProtoWire.Fixed64): threshold = BitConverter.UInt64BitsToDouble(fields.Number); break;
            }
        }
        if (fault is null && scale < ExponentialPoint.MinScale)
            (reason, fault) = (RejectReason.Invalid, $"an exponential histogram of scale {scale}; the lowest that can be kept is {ExponentialPoint.MinScale}");
        if (fault is not null)
            return false;
        point = new ExponentialPoint((int)Math.Min(scale, int.MaxValue), sum, count, zeroCount, threshold, positive, negative).AtScale(ExponentialPoint.MaxScale);
        return true;
    }

    private static ExponentialBuckets Buckets(ReadOnlySpan<byte> message, int maxBuckets, ref RejectReason reason, ref string? fault)
    {
        long offset = 0;
        var counts = new List<double>();
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Varint): offset = Varint.UnZigZag(fields.Number); break;
                case (2, ProtoWire.Varint): counts.Add(fields.Number); break;
                case (2, ProtoWire.Bytes):
                    var at = 0;
                    while (counts.Count <= maxBuckets && at < fields.Bytes.Length && Varint.TryRead(fields.Bytes, ref at, out var count))
                        counts.Add(count);
                    break;
            }
            if (counts.Count > maxBuckets)
                break;
        }
        if (counts.Count > maxBuckets)
            (reason, fault) = (RejectReason.TooLarge, $"an exponential histogram of over {maxBuckets} buckets, which is the limit");
        else if (Math.Abs(offset) > MaxIndex)
            (reason, fault) = (RejectReason.Invalid, $"an exponential histogram with a bucket offset of {offset}");
        return fault is null ? new ExponentialBuckets((int)offset, [.. counts]) : new ExponentialBuckets(0, []);
    }
}
