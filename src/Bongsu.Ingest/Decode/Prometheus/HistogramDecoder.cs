using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Prometheus;

/// <summary>
/// Reads a native histogram as Prometheus writes it (prompb/types.proto, and the same in remote write 2.0 with a start time): integer ones carry bucket
/// counts as differences, float ones as they are.
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
        fault = HistogramFault.Of(histogram);
        return true;
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
            8 => HistogramWire.Span(bytes, _negativeSpans),
            9 => HistogramWire.Deltas(bytes, ref _lastNegative, _negative),
            10 => HistogramWire.Doubles(bytes, _negative),
            11 => HistogramWire.Span(bytes, _positiveSpans),
            12 => HistogramWire.Deltas(bytes, ref _lastPositive, _positive),
            13 => HistogramWire.Doubles(bytes, _positive),
            16 => HistogramWire.Doubles(bytes, _custom),
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
    }
}
