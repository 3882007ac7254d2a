using Bongsu.Ingest.Decode.Prometheus;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Exposition;

/// <summary>
/// A Histogram message (io.prometheus.client, metrics.proto): classic buckets, a native histogram, or both. Not thread-safe; reused through
/// <see cref="TryRead"/>.
/// </summary>
internal sealed class ClientHistogram
{
    private readonly List<BucketSpan> _positiveSpans = [];
    private readonly List<BucketSpan> _negativeSpans = [];
    private readonly List<double> _positive = [];
    private readonly List<double> _negative = [];
    private long _lastPositive;
    private long _lastNegative;
    private double _zeroThreshold;
    private double _zeroCount;
    private int _schema;

    /// <summary>Classic buckets: cumulative count, upper bound, and the place of the exemplar's message in the histogram's (length 0: none).</summary>
    public List<(double Count, double UpperBound, int ExemplarAt, int ExemplarLength)> Buckets { get; } = [];

    /// <summary>Exemplars of the native histogram, likewise.</summary>
    public List<(int At, int Length)> Exemplars { get; } = [];

    public double Count { get; private set; }

    public double Sum { get; private set; }

    public long StartMs { get; private set; }

    /// <summary>An empty span stands for a native histogram that has seen nothing yet.</summary>
    public bool IsNative => _positiveSpans.Count > 0 || _negativeSpans.Count > 0 || _zeroCount > 0 || _zeroThreshold > 0;

    /// <summary>False when the bytes are malformed; a fault when there are too many buckets.</summary>
    public bool TryRead(ReadOnlySpan<byte> message, int maxBuckets, out string? fault)
    {
        Clear();
        fault = null;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            var isWell = fields.Wire == ProtoWire.Bytes ? Message(message, fields.Field, fields.Bytes) : Number(fields.Field, fields.Wire, fields.Number);
            if (!isWell)
                return false;
            if (Buckets.Count + _positive.Count + _negative.Count + _positiveSpans.Count + _negativeSpans.Count <= maxBuckets)
                continue;
            fault = $"a histogram has more than {maxBuckets} buckets, which is the limit";
            return true;
        }
        return !fields.IsMalformed;
    }

    public NativeHistogram ToNative(bool isGauge) => new()
    {
        Schema = _schema,
        ResetHint = isGauge ? CounterResetHint.Gauge : CounterResetHint.Unknown,
        ZeroThreshold = _zeroThreshold,
        ZeroCount = _zeroCount,
        Count = Count,
        Sum = Sum,
        PositiveSpans = [.. _positiveSpans],
        PositiveBuckets = [.. _positive],
        NegativeSpans = [.. _negativeSpans],
        NegativeBuckets = [.. _negative],
    };

    private void Clear()
    {
        _positiveSpans.Clear();
        _negativeSpans.Clear();
        _positive.Clear();
        _negative.Clear();
        Buckets.Clear();
        Exemplars.Clear();
        _lastPositive = _lastNegative = _schema = 0;
        _zeroThreshold = _zeroCount = Count = Sum = 0;
        StartMs = 0;
    }

    private bool Number(int field, ProtoWire wire, ulong number)
    {
        switch (field, wire)
        {
            case (1, ProtoWire.Varint): Count = number; break;
            case (2, ProtoWire.Fixed64): Sum = ExpositionNumber.Ordinary(BitConverter.UInt64BitsToDouble(number)); break;
            case (4, ProtoWire.Fixed64): Count = BitConverter.UInt64BitsToDouble(number) is > 0 and var count ? count : Count; break;
            case (5, ProtoWire.Varint): _schema = (int)Varint.UnZigZag(number); break;
            case (6, ProtoWire.Fixed64): _zeroThreshold = BitConverter.UInt64BitsToDouble(number); break;
            case (7, ProtoWire.Varint): _zeroCount = number; break;
            case (8, ProtoWire.Fixed64): _zeroCount = BitConverter.UInt64BitsToDouble(number) is > 0 and var zeros ? zeros : _zeroCount; break;
            case (10, ProtoWire.Varint): _negative.Add(_lastNegative += Varint.UnZigZag(number)); break;
            case (11, ProtoWire.Fixed64): _negative.Add(BitConverter.UInt64BitsToDouble(number)); break;
            case (13, ProtoWire.Varint): _positive.Add(_lastPositive += Varint.UnZigZag(number)); break;
            case (14, ProtoWire.Fixed64): _positive.Add(BitConverter.UInt64BitsToDouble(number)); break;
        }
        return true;
    }

    private bool Message(ReadOnlySpan<byte> whole, int field, ReadOnlySpan<byte> bytes)
    {
        switch (field)
        {
            case 3: return Bucket(whole, bytes);
            case 9: return HistogramWire.Span(bytes, _negativeSpans);
            case 10: return HistogramWire.Deltas(bytes, ref _lastNegative, _negative);
            case 11: return HistogramWire.Doubles(bytes, _negative);
            case 12: return HistogramWire.Span(bytes, _positiveSpans);
            case 13: return HistogramWire.Deltas(bytes, ref _lastPositive, _positive);
            case 14: return HistogramWire.Doubles(bytes, _positive);
            case 15: StartMs = ClientMetric.TimeMs(bytes); return true;
            case 16: Exemplars.Add((At(whole, bytes), bytes.Length)); return true;
            default: return true;
        }
    }

    private bool Bucket(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> message)
    {
        double count = 0, bound = 0;
        int exemplarAt = 0, exemplarLength = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Varint): count = fields.Number; break;
                case (2, ProtoWire.Fixed64): bound = BitConverter.UInt64BitsToDouble(fields.Number); break;
                case (3, ProtoWire.Bytes): (exemplarAt, exemplarLength) = (At(whole, fields.Bytes), fields.Bytes.Length); break;
                case (4, ProtoWire.Fixed64): count = BitConverter.UInt64BitsToDouble(fields.Number) is > 0 and var floats ? floats : count; break;
            }
        }
        Buckets.Add((count, bound, exemplarAt, exemplarLength));
        return !fields.IsMalformed;
    }

    private static int At(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> part)
    {
        whole.Overlaps(part, out var at);
        return at;
    }
}
