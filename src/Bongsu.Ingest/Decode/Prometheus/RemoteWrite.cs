using System.Buffers.Binary;
using System.Text;
using Bongsu.Ingest.Decode.Known;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Prometheus;

/// <summary>
/// Walks a Prometheus remote write 1.0 WriteRequest (prompb/remote.proto) into series. A series that breaks a rule is refused by itself and counted;
/// malformed bytes fail the request. Values keep their bits, staleness markers among them. Not thread-safe.
/// </summary>
internal sealed class RemoteWrite(IngestLimits limits, SeriesLookup known)
{
    // Tags as protobuf writes them: field number and wire type.
    private const byte LabelTag = 1 << 3 | (byte)ProtoWire.Bytes;
    private const byte SampleTag = 2 << 3 | (byte)ProtoWire.Bytes;
    private const byte ValueTag = 1 << 3 | (byte)ProtoWire.Fixed64;
    private const byte TimeTag = 2 << 3 | (byte)ProtoWire.Varint;

    private const int MaxMetadataTextBytes = 4 * IngestLimits.KiB;

    private readonly WriteLabels _labels = new(limits);
    private readonly WriteLabels _exemplarLabels = new(limits);

    /// <summary>Fills the batch; a failure means that nothing of it may be stored.</summary>
    public DecodeFailure? Decode(ReadOnlySpan<byte> request, MetricBatch batch, RejectionTally tally)
    {
        known.Begin();
        var fields = new ProtoReader(request);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Bytes })
            {
                if (!TimeSeries(fields.Bytes, batch, tally))
                    return Malformed("timeseries", request, fields.Bytes);
            }
            else if (fields is { Field: 3, Wire: ProtoWire.Bytes } && !Metadata(fields.Bytes, batch))
            {
                return Malformed("metadata", request, fields.Bytes);
            }
            if (batch.Count + tally.Count > limits.RecordsPerRequest)
                return new DecodeFailure($"more than {limits.RecordsPerRequest} samples in one request; send smaller batches", IsTooLarge: true);
        }
        return fields.IsMalformed ? Malformed("write request", request, request[fields.Position..]) : null;
    }

    private static DecodeFailure Malformed(string what, ReadOnlySpan<byte> request, ReadOnlySpan<byte> message)
    {
        request.Overlaps(message, out var offset);
        return new DecodeFailure($"malformed protobuf: {what} at byte {(message.IsEmpty ? request.Length : offset)} of {request.Length} is cut short or malformed; nothing of the request was stored");
    }

    private bool TimeSeries(ReadOnlySpan<byte> message, MetricBatch batch, RejectionTally tally)
    {
        // Hot path: one series, mostly known and of one sample; 0 B/op after warm-up (see RemoteWriteDecodeBenchmark, AllocationTests)
        var isKnown = known.TryNext(message, out var keyLength) && !IsLabelAt(message, keyLength);
        if (!isKnown)
        {
            keyLength = LabelsLength(message);
            isKnown = keyLength > 0 && known.TryFind(message[..keyLength]);
        }
        if (!isKnown)
            return NewSeries(message, keyLength, batch, tally);
        // Fast path: nothing but one sample.
        if (TrySample(message[keyLength..], out var time, out var value) && SampleTime.IsPossible(time))
        {
            batch.AddSample(known.AddFound(batch), time, value);
            return true;
        }
        return HasLabel(message[keyLength..]) ? NewSeries(message, keyLength, batch, tally) : Points(message[keyLength..], known.AddFound(batch), batch, tally);
    }

    private static bool IsLabelAt(ReadOnlySpan<byte> message, int at) => at < message.Length && message[at] == LabelTag;

    /// <summary>How many bytes at the start are labels, as senders put them first; -1 when one is cut short.</summary>
    private static int LabelsLength(ReadOnlySpan<byte> message)
    {
        var at = 0;
        while (at < message.Length && message[at] == LabelTag)
        {
            at++;
            if (!Varint.TryRead(message, ref at, out var length) || length > (ulong)(message.Length - at))
                return -1;
            at += (int)length;
        }
        return at;
    }

    /// <summary>One sample as senders write it: value, left out when zero, then time, and nothing after it.</summary>
    private static bool TrySample(ReadOnlySpan<byte> message, out long time, out double value)
    {
        time = 0;
        value = 0;
        if (message.Length < 4 || message[0] != SampleTag || message[1] != message.Length - 2)
            return false;
        var at = 2;
        if (message[at] == ValueTag && message.Length >= 12)
        {
            value = BinaryPrimitives.ReadDoubleLittleEndian(message[(at + 1)..]);
            at += 1 + sizeof(double);
        }
        if (message[at++] != TimeTag || !Varint.TryRead(message, ref at, out var number) || at != message.Length)
            return false;
        time = (long)number;
        return true;
    }

    private static bool HasLabel(ReadOnlySpan<byte> message)
    {
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Bytes })
                return true;
        }
        return false;
    }

    private bool NewSeries(ReadOnlySpan<byte> message, int keyLength, MetricBatch batch, RejectionTally tally)
    {
        _labels.Clear();
        int points = 0, labelsEnd = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Wire != ProtoWire.Bytes)
                continue;
            if (fields.Field is 2 or 4)
                points++;
            else if (fields.Field == 1 && !_labels.IsFull && !ReadLabel(fields.Bytes, _labels))
                return false;
            if (fields.Field == 1)
                labelsEnd = fields.Position;
        }
        if (fields.IsMalformed)
            return false;
        if (!_labels.TrySeries(out var canonical))
        {
            // A series without points has nothing to refuse, yet its sender should hear of it.
            tally.Add(_labels.Reason, _labels.Refusal!, Math.Max(1, points));
            return ProtoReader.IsWellFormed(message, 1, 4);
        }
        var series = batch.AddSeries(canonical);
        if (labelsEnd == keyLength)
            known.AddMissed(series, message[..keyLength]);
        return Points(message, series, batch, tally);
    }

    private static bool ReadLabel(ReadOnlySpan<byte> message, WriteLabels into)
    {
        ReadOnlySpan<byte> name = default, value = default;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Bytes })
                name = fields.Bytes;
            else if (fields is { Field: 2, Wire: ProtoWire.Bytes })
                value = fields.Bytes;
        }
        if (fields.IsMalformed)
            return false;
        into.Add(name, value);
        return true;
    }

    private bool Points(ReadOnlySpan<byte> message, int series, MetricBatch batch, RejectionTally tally)
    {
        var before = batch.Count + batch.Exemplars.Count;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Wire != ProtoWire.Bytes)
                continue;
            var ok = fields.Field switch
            {
                2 => Sample(fields.Bytes, series, batch, tally),
                3 => ReadExemplar(fields.Bytes, series, batch),
                4 => Histogram(fields.Bytes, series, batch, tally),
                _ => true,
            };
            if (!ok)
                return false;
        }
        // What has nothing to store must take no place in a budget.
        if (batch.Count + batch.Exemplars.Count == before)
            batch.DropSeries(series);
        return !fields.IsMalformed;
    }

    private static bool Sample(ReadOnlySpan<byte> message, int series, MetricBatch batch, RejectionTally tally)
    {
        double value = 0;
        long time = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Fixed64 })
                value = BitConverter.UInt64BitsToDouble(fields.Number);
            else if (fields is { Field: 2, Wire: ProtoWire.Varint })
                time = (long)fields.Number;
        }
        if (fields.IsMalformed)
            return false;
        if (SampleTime.Check(time, batch, series, tally))
            batch.AddSample(series, time, value);
        return true;
    }

    private bool Histogram(ReadOnlySpan<byte> message, int series, MetricBatch batch, RejectionTally tally)
    {
        if (!HistogramDecoder.TryRead(message, limits.HistogramBuckets, out var histogram, out var time, out _, out var fault))
            return false;
        if (fault is not null)
            tally.Add(RejectReason.Invalid, $"histogram of '{SampleTime.NameOf(batch, series)}': {fault}");
        else if (SampleTime.Check(time, batch, series, tally))
            batch.Histograms.Add((series, time, histogram!));
        return true;
    }

    private bool ReadExemplar(ReadOnlySpan<byte> message, int series, MetricBatch batch)
    {
        _exemplarLabels.Clear();
        double value = 0;
        long time = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes):
                    if (!_exemplarLabels.IsFull && !ReadLabel(fields.Bytes, _exemplarLabels))
                        return false;
                    break;
                case (2, ProtoWire.Fixed64): value = BitConverter.UInt64BitsToDouble(fields.Number); break;
                case (3, ProtoWire.Varint): time = (long)fields.Number; break;
            }
        }
        if (fields.IsMalformed)
            return false;
        // An exemplar that breaks a rule goes without a rejection: it is a hint beside its sample, which is kept.
        if (SampleTime.IsPossible(time) && !_exemplarLabels.IsFull && _exemplarLabels.TryCanonical(out var canonical))
            batch.Exemplars.Add((series, new Exemplar(LabelSet.FromCanonical(canonical), time, value)));
        return true;
    }

    private static bool Metadata(ReadOnlySpan<byte> message, MetricBatch batch)
    {
        var type = MetricType.Unknown;
        string name = "", help = "", unit = "";
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Varint): type = fields.Number <= (ulong)MetricType.StateSet ? (MetricType)fields.Number : MetricType.Unknown; break;
                case (2, ProtoWire.Bytes): name = Encoding.UTF8.GetString(Text.Cut(fields.Bytes, MaxMetadataTextBytes)); break;
                case (4, ProtoWire.Bytes): help = Encoding.UTF8.GetString(Text.Cut(fields.Bytes, MaxMetadataTextBytes)); break;
                case (5, ProtoWire.Bytes): unit = Encoding.UTF8.GetString(Text.Cut(fields.Bytes, MaxMetadataTextBytes)); break;
            }
        }
        if (name.Length > 0)
            batch.Metadata.Add(new MetricMetadata(name, type, unit, help));
        return !fields.IsMalformed;
    }
}
