using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Codecs;

/// <summary>A native histogram as bytes, every number bit by bit as it came.</summary>
internal static class HistogramCodec
{
    public static void Put(ByteWriter into, NativeHistogram histogram)
    {
        into.PutZigZag(histogram.Schema);
        into.PutByte((byte)histogram.ResetHint);
        PutDouble(into, histogram.ZeroThreshold);
        PutDouble(into, histogram.ZeroCount);
        PutDouble(into, histogram.Count);
        PutDouble(into, histogram.Sum);
        PutSpans(into, histogram.PositiveSpans);
        PutDoubles(into, histogram.PositiveBuckets);
        PutSpans(into, histogram.NegativeSpans);
        PutDoubles(into, histogram.NegativeBuckets);
        PutDoubles(into, histogram.CustomValues);
    }

    public static NativeHistogram Read(ref ByteReader reader) => new()
    {
        Schema = (int)reader.ReadZigZag(),
        ResetHint = (CounterResetHint)reader.ReadByte(),
        ZeroThreshold = ReadDouble(ref reader),
        ZeroCount = ReadDouble(ref reader),
        Count = ReadDouble(ref reader),
        Sum = ReadDouble(ref reader),
        PositiveSpans = ReadSpans(ref reader),
        PositiveBuckets = ReadDoubles(ref reader),
        NegativeSpans = ReadSpans(ref reader),
        NegativeBuckets = ReadDoubles(ref reader),
        CustomValues = ReadDoubles(ref reader),
    };

    private static void PutDouble(ByteWriter into, double value) => into.PutUInt64(BitConverter.DoubleToUInt64Bits(value));

    private static double ReadDouble(ref ByteReader reader) => BitConverter.UInt64BitsToDouble(reader.ReadUInt64());

    private static void PutSpans(ByteWriter into, BucketSpan[] spans)
    {
        into.PutVarint((ulong)spans.Length);
        foreach (var span in spans)
        {
            into.PutZigZag(span.Offset);
            into.PutZigZag(span.Length);
        }
    }

    private static BucketSpan[] ReadSpans(ref ByteReader reader)
    {
        var spans = new BucketSpan[reader.ReadCount(2)];
        for (var i = 0; i < spans.Length; i++)
            spans[i] = new BucketSpan((int)reader.ReadZigZag(), (int)reader.ReadZigZag());
        return spans;
    }

    private static void PutDoubles(ByteWriter into, double[] values)
    {
        into.PutVarint((ulong)values.Length);
        foreach (var value in values)
            PutDouble(into, value);
    }

    private static double[] ReadDoubles(ref ByteReader reader)
    {
        var values = new double[reader.ReadCount(8)];
        for (var i = 0; i < values.Length; i++)
            values[i] = ReadDouble(ref reader);
        return values;
    }
}
