using System.Buffers.Binary;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Prometheus;

/// <summary>
/// Reads a native histogram as Prometheus writes it (prompb/types.proto, and the same in remote write 2.0 with a start time): integer ones carry bucket counts as differences, float ones as they are.
/// </summary>
internal static class HistogramDecoder
{
    /// <summary>False when the bytes are malformed; a well-formed histogram whose parts do not fit has a fault.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, int maxBuckets, out NativeHistogram? histogram, out long timestampMs, out long startMs,
        out string? fault)
    {
        histogram = null;
        var parts = new Parts();
        timestampMs = 0;
        startMs = 0;
        fault = null;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 15, Wire: ProtoWire.Varint })
                timestampMs = (long)fields.Number;
            else if (fields is { Field: 17, Wire: ProtoWire.Varint })
                startMs = (long)fields.Number;
            else if (fields.Wire == ProtoWire.Bytes ? !parts.List(fields.Field, fields.Bytes) : !parts.Number(fields.Field, fields.Wire, fields.Number))
                return false;
            if (parts.Size <= maxBuckets)
                continue;
            fault = $"more than {maxBuckets} buckets, which is the limit";
            return true;
        }
        if (fields.IsMalformed)
            return false;
        histogram = parts.ToHistogram();
        // A staleness marker carries nothing but its sum.
        if (!histogram.IsStale)
            fault = histogram.IsValid(out fault) ? Fault(histogram) : fault;
        return true;
    }

    /// <summary>What the parts of a histogram, which fit together, must not say.</summary>
    private static string? Fault(NativeHistogram histogram)
    {
        if (!(histogram.Count >= 0) || !(histogram.ZeroCount >= 0) || AnyBelowZero(histogram.PositiveBuckets) || AnyBelowZero(histogram.NegativeBuckets))
            return "a count is below zero or no number";
        if (histogram.Schema != NativeHistogram.CustomBucketsSchema)
            return histogram.CustomValues.Length > 0 ? "custom bounds stand beside an exponential schema" : null;
        if (histogram.NegativeSpans.Length > 0 || histogram.ZeroCount != 0)
            return "custom buckets stand beside negative ones or a zero bucket";
        if (histogram.CustomValues is [.., double.PositiveInfinity])
            return "the last custom bound is +Inf, which is implied";
        long end = 0;
        foreach (var span in histogram.PositiveSpans)
            end += (long)span.Offset + span.Length;
        return histogram.PositiveSpans is [{ Offset: < 0 }, ..] || end > histogram.CustomValues.Length + 1L ? "buckets lie beyond the custom bounds" : null;
    }

    private static bool AnyBelowZero(double[] counts)
    {
        foreach (var count in counts)
        {
            if (!(count >= 0))
                return true;
        }
        return false;
    }

    private sealed class Parts
    {
        private readonly List<BucketSpan> _positiveSpans = [];
        private readonly List<BucketSpan> _negativeSpans = [];
        private readonly List<double> _positive = [];
        private readonly List<double> _negative = [];
        private readonly List<double> _custom = [];
        private long _lastPositive;
        private long _lastNegative;
        private double _count;
        private double _zeroCount;
        private double _zeroThreshold;
        private double _sum;
        private int _schema;
        private CounterResetHint _hint;

        public int Size => _positiveSpans.Count + _negativeSpans.Count + _positive.Count + _negative.Count + _custom.Count;

        public bool Number(int field, ProtoWire wire, ulong number)
        {
            switch (field, wire)
            {
                case (1, ProtoWire.Varint): _count = number; break;
                case (2, ProtoWire.Fixed64): _count = BitConverter.UInt64BitsToDouble(number); break;
                case (3, ProtoWire.Fixed64): _sum = BitConverter.UInt64BitsToDouble(number); break;
                case (4, ProtoWire.Varint): _schema = (int)Varint.UnZigZag(number); break;
                case (5, ProtoWire.Fixed64): _zeroThreshold = BitConverter.UInt64BitsToDouble(number); break;
                case (6, ProtoWire.Varint): _zeroCount = number; break;
                case (7, ProtoWire.Fixed64): _zeroCount = BitConverter.UInt64BitsToDouble(number); break;
                case (9, ProtoWire.Varint): _negative.Add(_lastNegative += Varint.UnZigZag(number)); break;
                case (10, ProtoWire.Fixed64): _negative.Add(BitConverter.UInt64BitsToDouble(number)); break;
                case (12, ProtoWire.Varint): _positive.Add(_lastPositive += Varint.UnZigZag(number)); break;
                case (13, ProtoWire.Fixed64): _positive.Add(BitConverter.UInt64BitsToDouble(number)); break;
                case (14, ProtoWire.Varint): _hint = number <= 3 ? (CounterResetHint)number : CounterResetHint.Unknown; break;
                case (16, ProtoWire.Fixed64): _custom.Add(BitConverter.UInt64BitsToDouble(number)); break;
            }
            return true;
        }

        public bool List(int field, ReadOnlySpan<byte> bytes) => field switch
        {
            8 => BucketSpan(bytes, _negativeSpans),
            9 => Deltas(bytes, ref _lastNegative, _negative),
            10 => Doubles(bytes, _negative),
            11 => BucketSpan(bytes, _positiveSpans),
            12 => Deltas(bytes, ref _lastPositive, _positive),
            13 => Doubles(bytes, _positive),
            16 => Doubles(bytes, _custom),
            _ => true,
        };

        public NativeHistogram ToHistogram() => new()
        {
            Schema = _schema,
            ResetHint = _hint,
            ZeroThreshold = _zeroThreshold,
            ZeroCount = _zeroCount,
            Count = _count,
            Sum = _sum,
            PositiveSpans = [.. _positiveSpans],
            PositiveBuckets = [.. _positive],
            NegativeSpans = [.. _negativeSpans],
            NegativeBuckets = [.. _negative],
            CustomValues = [.. _custom],
        };

        private static bool BucketSpan(ReadOnlySpan<byte> message, List<BucketSpan> into)
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

        private static bool Deltas(ReadOnlySpan<byte> bytes, ref long last, List<double> into)
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

        private static bool Doubles(ReadOnlySpan<byte> bytes, List<double> into)
        {
            if (bytes.Length % 8 != 0)
                return false;
            for (var at = 0; at < bytes.Length; at += 8)
                into.Add(BinaryPrimitives.ReadDoubleLittleEndian(bytes[at..]));
            return true;
        }
    }
}
