using System.Buffers.Binary;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>Turns the points of one metric into samples. The bytes have passed <see cref="PointCheck"/>. Not thread-safe.</summary>
internal sealed class MetricPoints(IngestLimits limits, MetricSeries series, DeltaAccumulator deltas, ExemplarDecoder exemplars)
{
    private const int Delta = 1;
    private const int Cumulative = 2;
    private const int Unspecified = 0;

    private readonly List<double> _bounds = [];
    private readonly List<ulong> _counts = [];
    private readonly List<int> _bucketSeries = [];
    private int _firstSeries;
    private int _firstSample;
    private DeltaOutcome _deltaOutcome;
    private long _startMs;

    /// <summary>Time of the newest sample since it was last set, for target_info.</summary>
    public long LatestMs { get; set; }

    /// <summary>The last <c>false</c> of <see cref="Add"/> was for the limit on samples in one request.</summary>
    public bool IsTooMany { get; private set; }

    /// <summary>The varint field of a message, 0 when absent.</summary>
    public static ulong Flag(ReadOnlySpan<byte> message, int field)
    {
        ulong value = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Field == field && fields.Wire == ProtoWire.Varint)
                value = fields.Number;
        }
        return value;
    }

    /// <summary>Adds all points of a Gauge (5), Sum (7), Histogram (9), ExponentialHistogram (10) or Summary (11) message.</summary>
    public bool Add(MetricFamily family, int kind, ReadOnlySpan<byte> data, MetricBatch batch, RejectionTally tally)
    {
        IsTooMany = false;
        var temporality = kind is 7 or 9 or 10 ? (int)Math.Min(Flag(data, 2), 3) : Cumulative;
        if (temporality is Unspecified or > Cumulative)
        {
            tally.Add(RejectReason.Invalid, $"metric '{family.Name}' has no aggregation temporality", OtlpMessage.CountChildren(data, 1));
            return true;
        }
        var fields = new ProtoReader(data);
        while (fields.Read())
        {
            if (fields is not { Field: 1, Wire: ProtoWire.Bytes })
                continue;
            if (batch.Count + tally.Count >= limits.RecordsPerRequest)
            {
                IsTooMany = true;
                return false;
            }
            Point(family, kind, fields.Bytes, temporality == Delta, batch, tally);
        }
        return true;
    }

    /// <summary>At most how many series a point makes.</summary>
    private static int SeriesCount(int kind, ReadOnlySpan<byte> point) =>
        kind switch { 9 => point.Length / sizeof(double) + 3, 11 => OtlpMessage.CountChildren(point, 6) + 2, _ => 1 };

    private void Point(MetricFamily family, int kind, ReadOnlySpan<byte> point, bool isDelta, MetricBatch batch, RejectionTally tally)
    {
        var head = Survey(point, kind);
        if (head.Time == 0 || head.Time > OtlpMessage.MaxNanos)
        {
            tally.Add(head.Time == 0 ? RejectReason.Invalid : RejectReason.TooFarInFuture,
                $"metric '{family.Name}' has a point whose time_unix_nano is {(head.Time == 0 ? "missing or 0" : "beyond the year 2262")}");
            return;
        }
        (_firstSeries, _firstSample) = (batch.SeriesCount, batch.SampleSeries.Count);
        var result = kind switch
        {
            9 => Histogram(family, point, head, isDelta, batch, tally),
            10 => Exponential(family, point, head, isDelta, batch, tally),
            11 => Summary(family, point, head, batch),
            _ => Number(family, point, head, isDelta, batch),
        };
        if (result == PointResult.Added)
        {
            LatestMs = Math.Max(LatestMs, head.Ms);
            return;
        }
        Undo(batch);
        if (result == PointResult.BadLabels)
            tally.Add(series.FaultReason, $"metric '{family.Name}': {series.Fault}");
        else if (result == PointResult.BadDelta)
            tally.Add(DeltaRefusal.Reason(_deltaOutcome), DeltaRefusal.Detail(_deltaOutcome, family.Name, limits));
    }

    /// <summary>Takes back what a point has added before it was refused.</summary>
    private void Undo(MetricBatch batch)
    {
        for (var id = _firstSeries; id < batch.SeriesCount; id++)
            batch.DropSeries(id);
        batch.SampleSeries.Truncate(_firstSample);
        batch.SampleTimesMs.Truncate(_firstSample);
        batch.SampleValues.Truncate(_firstSample);
        batch.SampleStartTimesMs.Truncate(_firstSample);
    }

    /// <summary>Reads in one walk what points of all kinds have, the value of a number, and the attributes for <see cref="MetricSeries"/>.</summary>
    private PointHead Survey(ReadOnlySpan<byte> point, int kind)
    {
        var attributesField = PointCheck.AttributesField(kind);
        var exemplarsField = kind switch { 9 => 8, 10 => 11, 11 => 0, _ => 5 };
        series.BeginPoint(attributesField, SeriesCount(kind, point));
        ulong start = 0, time = 0, flags = 0;
        double value = 0;
        var hasExemplars = false;
        var fields = new ProtoReader(point);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (2, ProtoWire.Fixed64): start = fields.Number; break;
                case (3, ProtoWire.Fixed64): time = fields.Number; break;
                case (4, ProtoWire.Fixed64): value = BitConverter.UInt64BitsToDouble(fields.Number); break;
                case (6, ProtoWire.Fixed64): value = (long)fields.Number; break;
                // Field 8 is flags of numbers and summaries, 10 of both kinds of histogram; elsewhere the numbers have another wire type.
                case (8 or 10, ProtoWire.Varint): flags = fields.Number; break;
                case (_, ProtoWire.Bytes):
                    if (fields.Field == attributesField)
                        series.AddAttribute(fields.Bytes);
                    hasExemplars |= fields.Field == exemplarsField;
                    break;
            }
        }
        return new PointHead(start, time, value, (flags & 1) != 0, hasExemplars);
    }

    private PointResult Number(MetricFamily family, ReadOnlySpan<byte> point, PointHead head, bool isDelta, MetricBatch batch)
    {
        var result = family.Type == MetricType.Counter
            ? AddCounter(point, family.Utf8, default, head.Value, head, isDelta, batch, out var id)
            : AddSample(point, family.Utf8, default, head.Value, head, isDelta, batch, out id);
        if (result == PointResult.Added && head.HasExemplars)
            Exemplars(point, field: 5, head.Ms, batch, id);
        return result;
    }

    private PointResult AddCounter(ReadOnlySpan<byte> point, ReadOnlySpan<byte> name, ExtraLabel extra, double value, PointHead head, bool isDelta, MetricBatch batch,
        out int id)
    {
        var result = AddSample(point, name, extra, value, head, isDelta, batch, out id);
        if (result == PointResult.Added)
            StartTimes.OfLastSample(batch, _startMs);
        return result;
    }

    /// <summary>Adds one sample of one of the series of a point; of a delta point, the total.</summary>
    private PointResult AddSample(ReadOnlySpan<byte> point, ReadOnlySpan<byte> name, ExtraLabel extra, double value, PointHead head, bool isDelta, MetricBatch batch,
        out int id)
    {
        id = -1;
        if (!series.TryFind(point, name, extra, batch))
            return PointResult.BadLabels;
        _startMs = head.StartMs;
        var timeMs = head.Ms;
        if (head.IsStale)
        {
            value = SampleValues.StaleNaN;
        }
        else if (isDelta)
        {
            _deltaOutcome = deltas.Add(series.FoundHash, new DeltaWindow(head.Start, head.Time), value, out var total);
            if (_deltaOutcome != DeltaOutcome.Counted)
                return PointResult.BadDelta;
            (_startMs, timeMs, value) = (Ms(total.StartNanos), Ms(total.TimeNanos), total.Value);
        }
        id = series.AddFound(batch);
        batch.AddSample(id, timeMs, value);
        return PointResult.Added;
    }

    private PointResult Histogram(MetricFamily family, ReadOnlySpan<byte> point, PointHead head, bool isDelta, MetricBatch batch, RejectionTally tally)
    {
        double? sum = null;
        ulong count = 0;
        _bounds.Clear();
        _counts.Clear();
        var fields = new ProtoReader(point);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (4, ProtoWire.Fixed64): count = fields.Number; break;
                case (5, ProtoWire.Fixed64): sum = BitConverter.UInt64BitsToDouble(fields.Number); break;
                case (6, ProtoWire.Fixed64): _counts.Add(fields.Number); break;
                case (7, ProtoWire.Fixed64): _bounds.Add(BitConverter.UInt64BitsToDouble(fields.Number)); break;
                case (6, ProtoWire.Bytes):
                    for (var i = 0; i < fields.Bytes.Length; i += 8)
                        _counts.Add(BinaryPrimitives.ReadUInt64LittleEndian(fields.Bytes[i..]));
                    break;
                case (7, ProtoWire.Bytes):
                    for (var i = 0; i < fields.Bytes.Length; i += 8)
                        _bounds.Add(BinaryPrimitives.ReadDoubleLittleEndian(fields.Bytes[i..]));
                    break;
            }
        }
        if (HistogramFault() is { } fault)
        {
            tally.Add(fault.Reason, $"metric '{family.Name}': {fault.Detail}");
            return PointResult.Refused;
        }
        return Classic(family, point, head, isDelta, count, sum, batch);
    }

    private (RejectReason Reason, string Detail)? HistogramFault()
    {
        if (_counts.Count > limits.HistogramBuckets)
            return (RejectReason.TooLarge, $"a histogram of {_counts.Count} buckets; the limit is {limits.HistogramBuckets}");
        if (_counts.Count > 0 && _counts.Count != _bounds.Count + 1)
            return (RejectReason.Invalid, $"a histogram has {_counts.Count} bucket counts for {_bounds.Count} bounds; it must be one more");
        for (var i = 0; i < _bounds.Count; i++)
        {
            if (double.IsNaN(_bounds[i]) || (i > 0 && _bounds[i] <= _bounds[i - 1]))
                return (RejectReason.Invalid, "the bounds of a histogram do not ascend");
        }
        return null;
    }

    private PointResult Classic(MetricFamily family, ReadOnlySpan<byte> point, PointHead head, bool isDelta, ulong count, double? sum, MetricBatch batch)
    {
        _bucketSeries.Clear();
        ulong below = 0;
        for (var i = 0; i <= _bounds.Count; i++)
        {
            var isLast = i == _bounds.Count;
            if (!isLast && double.IsPositiveInfinity(_bounds[i]))
                continue;
            below += i < _counts.Count ? _counts[i] : 0;
            // The last bucket is all there is: the count, which also stands when a sender leaves the buckets out.
            var le = ExtraLabel.Le(isLast ? double.PositiveInfinity : _bounds[i]);
            var bucket = AddCounter(point, family.Bucket, le, isLast ? count : below, head, isDelta, batch, out var id);
            if (bucket != PointResult.Added)
                return bucket;
            _bucketSeries.Add(id);
        }
        var result = AddCounter(point, family.Count, default, count, head, isDelta, batch, out _);
        if (result == PointResult.Added && sum is { } total)
            result = AddCounter(point, family.Sum, default, total, head, isDelta, batch, out _);
        if (result == PointResult.Added && head.HasExemplars)
            BucketExemplars(point, head.Ms, batch);
        return result;
    }

    private PointResult Exponential(MetricFamily family, ReadOnlySpan<byte> message, PointHead head, bool isDelta, MetricBatch batch, RejectionTally tally)
    {
        if (!series.TryFind(message, family.Utf8, default, batch))
            return PointResult.BadLabels;
        var histogram = NativeHistogram.StaleMarker;
        var (startMs, timeMs) = (head.StartMs, head.Ms);
        if (!head.IsStale)
        {
            if (!ExponentialDecoder.TryRead(message, limits.HistogramBuckets, out var point, out var reason, out var fault))
            {
                tally.Add(reason, $"metric '{family.Name}': {fault}");
                return PointResult.Refused;
            }
            if (isDelta)
            {
                _deltaOutcome = deltas.Add(series.FoundHash, new DeltaWindow(head.Start, head.Time), point!, limits.HistogramBuckets, out var total);
                if (_deltaOutcome != DeltaOutcome.Counted)
                    return PointResult.BadDelta;
                (startMs, timeMs, point) = (Ms(total.StartNanos), Ms(total.TimeNanos), total.Value);
            }
            histogram = point!.ToNative();
        }
        var id = series.AddFound(batch);
        batch.Histograms.Add((id, timeMs, histogram));
        StartTimes.OfLastHistogram(batch, startMs);
        if (head.HasExemplars)
            Exemplars(message, field: 11, head.Ms, batch, id);
        return PointResult.Added;
    }

    private PointResult Summary(MetricFamily family, ReadOnlySpan<byte> point, PointHead head, MetricBatch batch)
    {
        double sum = 0;
        ulong count = 0;
        var result = PointResult.Added;
        var fields = new ProtoReader(point);
        while (result == PointResult.Added && fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (4, ProtoWire.Fixed64): count = fields.Number; break;
                case (5, ProtoWire.Fixed64): sum = BitConverter.UInt64BitsToDouble(fields.Number); break;
                case (6, ProtoWire.Bytes): result = QuantileValue(family, point, fields.Bytes, head, batch); break;
            }
        }
        if (result == PointResult.Added)
            result = AddCounter(point, family.Sum, default, sum, head, isDelta: false, batch, out _);
        return result != PointResult.Added ? result : AddCounter(point, family.Count, default, count, head, isDelta: false, batch, out _);
    }

    private PointResult QuantileValue(MetricFamily family, ReadOnlySpan<byte> point, ReadOnlySpan<byte> message, PointHead head, MetricBatch batch)
    {
        double quantile = 0, value = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Fixed64 })
                quantile = BitConverter.UInt64BitsToDouble(fields.Number);
            else if (fields is { Field: 2, Wire: ProtoWire.Fixed64 })
                value = BitConverter.UInt64BitsToDouble(fields.Number);
        }
        return AddSample(point, family.Utf8, ExtraLabel.Quantile(quantile), value, head, isDelta: false, batch, out _);
    }

    private void Exemplars(ReadOnlySpan<byte> point, int field, long pointMs, MetricBatch batch, int id)
    {
        var fields = new ProtoReader(point);
        while (fields.Read())
        {
            if (fields.Field == field && fields.Wire == ProtoWire.Bytes && exemplars.TryRead(fields.Bytes, pointMs, out var exemplar))
                batch.Exemplars.Add((id, exemplar));
        }
    }

    /// <summary>An exemplar of a classic histogram stands on the series of the bucket that its value falls into.</summary>
    private void BucketExemplars(ReadOnlySpan<byte> point, long pointMs, MetricBatch batch)
    {
        var fields = new ProtoReader(point);
        while (fields.Read())
        {
            if (fields is not { Field: 8, Wire: ProtoWire.Bytes } || !exemplars.TryRead(fields.Bytes, pointMs, out var exemplar))
                continue;
            var bucket = 0;
            while (bucket < _bucketSeries.Count - 1 && exemplar.Value > _bounds[bucket])
                bucket++;
            batch.Exemplars.Add((_bucketSeries[bucket], exemplar));
        }
    }

    private static long Ms(ulong nanos) => (long)(nanos / 1_000_000);

    /// <summary>How adding a point ended.</summary>
    private enum PointResult : byte
    {
        Added,
        BadLabels,
        BadDelta,
        /// <summary>It is counted as refused already.</summary>
        Refused,
    }

    private readonly record struct PointHead(ulong Start, ulong Time, double Value, bool IsStale, bool HasExemplars)
    {
        public long Ms => MetricPoints.Ms(Time);

        public long StartMs => Start > OtlpMessage.MaxNanos ? 0 : MetricPoints.Ms(Start);
    }
}
