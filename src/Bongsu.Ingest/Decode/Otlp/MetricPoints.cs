using System.Buffers.Binary;
using System.Text;
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
            if (!series.BeginPoint(fields.Bytes, PointCheck.AttributesField(kind)))
                tally.Add(series.FaultReason, $"metric '{family.Name}': {series.Fault}");
            else if (batch.Arena.Length + LabelBytes(kind, fields.Bytes) > limits.SeriesBytesPerRequest)
                tally.Add(RejectReason.TooLarge, $"metric '{family.Name}': the labels of all series of the request are over the limit of {limits.SeriesBytesPerRequest} bytes; send smaller batches");
            else
                Point(family, kind, fields.Bytes, temporality == Delta, batch, tally);
        }
        return true;
    }

    /// <summary>At most how many bytes of labels a point makes. Why: each bucket repeats the labels of its point, and each point those of its resource.</summary>
    private long LabelBytes(int kind, ReadOnlySpan<byte> point)
    {
        var count = kind switch { 9 => point.Length / sizeof(double) + 3, 11 => OtlpMessage.CountChildren(point, 6) + 2, _ => 1 };
        return (long)count * (series.PointBytes + limits.LabelNameBytes);
    }

    private void Point(MetricFamily family, int kind, ReadOnlySpan<byte> point, bool isDelta, MetricBatch batch, RejectionTally tally)
    {
        var times = Times(point);
        if (times.Time == 0 || times.Time > OtlpMessage.MaxNanos)
        {
            tally.Add(times.Time == 0 ? RejectReason.Invalid : RejectReason.TooFarInFuture,
                $"metric '{family.Name}' has a point whose time_unix_nano is {(times.Time == 0 ? "missing or 0" : "beyond the year 2262")}");
            return;
        }
        var outcome = kind switch
        {
            9 => Histogram(family, point, times, isDelta, batch, tally),
            10 => Exponential(family, point, times, isDelta, batch, tally),
            11 => Summary(family, point, times, batch),
            _ => Number(family, point, times, isDelta, batch),
        };
        if (outcome == DeltaAccumulator.Outcome.Late)
            tally.Add(RejectReason.Invalid, $"metric '{family.Name}' has a delta point that ends before one already counted; send delta points in order, or cumulative ones");
        else if (outcome == DeltaAccumulator.Outcome.Full)
            tally.Add(RejectReason.SeriesBudget, $"metric '{family.Name}': {limits.DeltaSeries} delta series are being added up, which is the limit; send cumulative points");
        else if (outcome == DeltaAccumulator.Outcome.Counted)
            LatestMs = Math.Max(LatestMs, times.Ms);
    }

    private static PointTimes Times(ReadOnlySpan<byte> point)
    {
        ulong start = 0, time = 0;
        var flags = 0ul;
        var fields = new ProtoReader(point);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (2, ProtoWire.Fixed64): start = fields.Number; break;
                case (3, ProtoWire.Fixed64): time = fields.Number; break;
                // Field 8 is flags of numbers and summaries, 10 of both kinds of histogram; elsewhere the numbers have another wire type.
                case (8 or 10, ProtoWire.Varint): flags = fields.Number; break;
            }
        }
        return new PointTimes(start, time, (flags & 1) != 0);
    }

    private DeltaAccumulator.Outcome? Number(MetricFamily family, ReadOnlySpan<byte> point, PointTimes times, bool isDelta, MetricBatch batch)
    {
        double value = 0;
        var fields = new ProtoReader(point);
        while (fields.Read())
        {
            if (fields is { Field: 4, Wire: ProtoWire.Fixed64 })
                value = BitConverter.UInt64BitsToDouble(fields.Number);
            else if (fields is { Field: 6, Wire: ProtoWire.Fixed64 })
                value = (long)fields.Number;
        }
        if (times.IsStale)
            value = SampleValues.StaleNaN;
        else if (isDelta && deltas.Add(series.ToLabelSet(family.Utf8), times.Start, times.Time, value, out value) is not DeltaAccumulator.Outcome.Counted and var refused)
            return refused;
        var id = series.Add(batch, family.Utf8);
        batch.AddSample(id, times.Ms, value);
        Exemplars(point, field: 5, times.Ms, batch, id);
        return DeltaAccumulator.Outcome.Counted;
    }

    private DeltaAccumulator.Outcome? Histogram(MetricFamily family, ReadOnlySpan<byte> point, PointTimes times, bool isDelta, MetricBatch batch, RejectionTally tally)
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
            return null;
        }
        return Classic(family, point, times, isDelta, count, sum, batch);
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

    private DeltaAccumulator.Outcome? Classic(MetricFamily family, ReadOnlySpan<byte> point, PointTimes times, bool isDelta, ulong count, double? sum, MetricBatch batch)
    {
        _bucketSeries.Clear();
        var start = batch.SampleSeries.Count;
        DeltaAccumulator.Outcome outcome = default;
        ulong below = 0;
        for (var i = 0; i <= _bounds.Count && outcome == DeltaAccumulator.Outcome.Counted; i++)
        {
            var isLast = i == _bounds.Count;
            if (!isLast && double.IsPositiveInfinity(_bounds[i]))
                continue;
            below += i < _counts.Count ? _counts[i] : 0;
            // The last bucket is all there is: the count, which also stands when a sender leaves the buckets out.
            var le = isLast ? "+Inf"u8 : Encoding.UTF8.GetBytes(MetricNames.Number(_bounds[i]));
            outcome = Cumulate(family.Bucket, isLast ? count : below, times, isDelta, batch, out var id, le);
            _bucketSeries.Add(id);
        }
        if (outcome == DeltaAccumulator.Outcome.Counted)
            outcome = Cumulate(family.Count, count, times, isDelta, batch, out _);
        if (outcome == DeltaAccumulator.Outcome.Counted && sum is { } total)
            outcome = Cumulate(family.Sum, total, times, isDelta, batch, out _);
        if (outcome == DeltaAccumulator.Outcome.Counted)
            BucketExemplars(point, times.Ms, batch);
        else
            Undo(batch, start);
        return outcome;
    }

    private DeltaAccumulator.Outcome Cumulate(byte[] name, double value, PointTimes times, bool isDelta, MetricBatch batch, out int id, ReadOnlySpan<byte> le = default)
    {
        id = -1;
        var label = le.IsEmpty ? default : "le"u8;
        if (times.IsStale)
            value = SampleValues.StaleNaN;
        else if (isDelta && deltas.Add(series.ToLabelSet(name, label, le), times.Start, times.Time, value, out value) is not DeltaAccumulator.Outcome.Counted and var refused)
            return refused;
        id = series.Add(batch, name, label, le);
        batch.AddSample(id, times.Ms, value);
        return DeltaAccumulator.Outcome.Counted;
    }

    private static void Undo(MetricBatch batch, int start)
    {
        batch.SampleSeries.Truncate(start);
        batch.SampleTimesMs.Truncate(start);
        batch.SampleValues.Truncate(start);
    }

    private DeltaAccumulator.Outcome? Exponential(MetricFamily family, ReadOnlySpan<byte> message, PointTimes times, bool isDelta, MetricBatch batch, RejectionTally tally)
    {
        var histogram = NativeHistogram.StaleMarker;
        if (!times.IsStale)
        {
            if (!ExponentialDecoder.TryRead(message, limits.HistogramBuckets, out var point, out var reason, out var fault))
            {
                tally.Add(reason, $"metric '{family.Name}': {fault}");
                return null;
            }
            if (isDelta && deltas.Add(series.ToLabelSet(family.Utf8), times.Start, times.Time, point!, limits.HistogramBuckets, out point) is not DeltaAccumulator.Outcome.Counted and var refused)
                return refused;
            histogram = point!.ToNative();
        }
        var id = series.Add(batch, family.Utf8);
        batch.Histograms.Add((id, times.Ms, histogram));
        Exemplars(message, field: 11, times.Ms, batch, id);
        return DeltaAccumulator.Outcome.Counted;
    }

    private DeltaAccumulator.Outcome? Summary(MetricFamily family, ReadOnlySpan<byte> point, PointTimes times, MetricBatch batch)
    {
        double sum = 0;
        ulong count = 0;
        var fields = new ProtoReader(point);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (4, ProtoWire.Fixed64): count = fields.Number; break;
                case (5, ProtoWire.Fixed64): sum = BitConverter.UInt64BitsToDouble(fields.Number); break;
                case (6, ProtoWire.Bytes): QuantileValue(family, fields.Bytes, times, batch); break;
            }
        }
        batch.AddSample(series.Add(batch, family.Sum), times.Ms, times.IsStale ? SampleValues.StaleNaN : sum);
        batch.AddSample(series.Add(batch, family.Count), times.Ms, times.IsStale ? SampleValues.StaleNaN : count);
        return DeltaAccumulator.Outcome.Counted;
    }

    private void QuantileValue(MetricFamily family, ReadOnlySpan<byte> message, PointTimes times, MetricBatch batch)
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
        var id = series.Add(batch, family.Utf8, "quantile"u8, Encoding.UTF8.GetBytes(MetricNames.Number(quantile)));
        batch.AddSample(id, times.Ms, times.IsStale ? SampleValues.StaleNaN : value);
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

    private readonly record struct PointTimes(ulong Start, ulong Time, bool IsStale)
    {
        public long Ms => (long)(Time / 1_000_000);
    }
}
