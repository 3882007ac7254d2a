using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
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

    // 2262-04-11 in ms: the last time that also has a count of nanoseconds.
    private const long MaxMs = long.MaxValue / 1_000_000;
    private const int MaxMetadataTextBytes = 4 * IngestLimits.KiB;

    private readonly LabelBuffer _labels = new();
    private readonly LabelBuffer _exemplarLabels = new();
    private string? _refusal;
    private RejectReason _refusalReason;

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
        if (TrySample(message[keyLength..], out var time, out var value) && IsTimePossible(time))
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
        _refusal = null;
        int points = 0, labelsEnd = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Wire != ProtoWire.Bytes)
                continue;
            if (fields.Field is 2 or 4)
                points++;
            else if (fields.Field == 1 && _labels.Count <= limits.LabelsPerSeries && !ReadLabel(fields.Bytes, _labels))
                return false;
            if (fields.Field == 1)
                labelsEnd = fields.Position;
        }
        if (fields.IsMalformed)
            return false;
        if (!TryCanonical(out var canonical))
        {
            // A series without points has nothing to refuse, yet its sender should hear of it.
            tally.Add(_refusalReason, _refusal!, Math.Max(1, points));
            return IsRestWellFormed(message);
        }
        var series = batch.AddSeries(canonical);
        if (labelsEnd == keyLength)
            known.AddMissed(series, message[..keyLength]);
        return Points(message, series, batch, tally);
    }

    private bool TryCanonical(out ReadOnlySpan<byte> canonical)
    {
        canonical = default;
        var name = _labels.Find("__name__"u8);
        if (_refusal is null && _labels.Count > limits.LabelsPerSeries)
            Refuse(RejectReason.TooLarge, $"a series has more than {limits.LabelsPerSeries} labels, which is the limit");
        else if (_refusal is null && (name < 0 || _labels.Value(name).IsEmpty))
            Refuse(RejectReason.Invalid, "a series has no metric name (label __name__)");
        else if (_refusal is null && !_labels.Canonical(out canonical))
            Refuse(RejectReason.Invalid, $"series '{Text.Preview(_labels.Value(name))}' has two labels of one name");
        return _refusal is null;
    }

    private bool ReadLabel(ReadOnlySpan<byte> message, LabelBuffer into)
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
        if (name.IsEmpty)
            Refuse(RejectReason.Invalid, "a label has no name");
        else if (name.Length > limits.LabelNameBytes)
            Refuse(RejectReason.TooLarge, $"label name of {name.Length} bytes; the limit is {limits.LabelNameBytes}");
        else if (value.Length > limits.LabelValueBytes)
            Refuse(RejectReason.TooLarge, $"label '{Text.Preview(name)}' has a value of {value.Length} bytes; the limit is {limits.LabelValueBytes}");
        else if (!Utf8.IsValid(name) || !Utf8.IsValid(value))
            Refuse(RejectReason.Invalid, $"label '{Text.Preview(name)}' is not valid UTF-8");
        else
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
        if (IsTimePossible(time, batch, series, tally))
            batch.AddSample(series, time, value);
        return true;
    }

    private bool Histogram(ReadOnlySpan<byte> message, int series, MetricBatch batch, RejectionTally tally)
    {
        if (!HistogramDecoder.TryRead(message, limits.HistogramBuckets, out var histogram, out var time, out var fault))
            return false;
        if (fault is not null)
            tally.Add(RejectReason.Invalid, $"histogram of '{NameOf(batch, series)}': {fault}");
        else if (IsTimePossible(time, batch, series, tally))
            batch.Histograms.Add((series, time, histogram!));
        return true;
    }

    private bool ReadExemplar(ReadOnlySpan<byte> message, int series, MetricBatch batch)
    {
        _exemplarLabels.Clear();
        _refusal = null;
        double value = 0;
        long time = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes):
                    if (_exemplarLabels.Count < limits.LabelsPerSeries && !ReadLabel(fields.Bytes, _exemplarLabels))
                        return false;
                    break;
                case (2, ProtoWire.Fixed64): value = BitConverter.UInt64BitsToDouble(fields.Number); break;
                case (3, ProtoWire.Varint): time = (long)fields.Number; break;
            }
        }
        if (fields.IsMalformed)
            return false;
        // An exemplar that breaks a rule goes without a rejection: it is a hint beside its sample, which is kept.
        if (_refusal is null && time is >= 0 and <= MaxMs && _exemplarLabels.Canonical(out var canonical))
            batch.Exemplars.Add((series, new Exemplar(LabelSet.FromCanonical(canonical), time, value)));
        return true;
    }

    private static bool IsTimePossible(long timeMs, MetricBatch batch, int series, RejectionTally tally)
    {
        if (IsTimePossible(timeMs))
            return true;
        tally.Add(timeMs < 0 ? RejectReason.TooOld : RejectReason.TooFarInFuture,
            $"sample of '{NameOf(batch, series)}' at {timeMs} ms is {(timeMs < 0 ? "before 1970" : "after 2262")}; times are milliseconds since 1970");
        return false;
    }

    private static bool IsTimePossible(long timeMs) => timeMs is >= 0 and <= MaxMs;

    private static string NameOf(MetricBatch batch, int series)
    {
        var labels = new LabelReader(batch.SeriesLabels(series));
        while (labels.MoveNext())
        {
            if (labels.Name.SequenceEqual("__name__"u8))
                return Text.Preview(labels.Value);
        }
        return "";
    }

    private static bool IsRestWellFormed(ReadOnlySpan<byte> message)
    {
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Field is < 1 or > 4 || fields.Wire != ProtoWire.Bytes)
                continue;
            var inner = new ProtoReader(fields.Bytes);
            while (inner.Read()) { }
            if (inner.IsMalformed)
                return false;
        }
        return !fields.IsMalformed;
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

    private void Refuse(RejectReason reason, string detail)
    {
        if (_refusal is not null)
            return;
        _refusal = detail;
        _refusalReason = reason;
    }
}
