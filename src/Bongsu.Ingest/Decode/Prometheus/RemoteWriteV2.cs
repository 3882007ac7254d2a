using Bongsu.Ingest.Decode.Known;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Prometheus;

/// <summary>
/// Walks a Prometheus remote write 2.0 Request (io/prometheus/write/v2/types.proto) into series. A series that breaks a rule is refused by itself and
/// counted; malformed bytes fail the request. Not thread-safe.
/// </summary>
internal sealed class RemoteWriteV2(IngestLimits limits, SeriesLookup known)
{
    // Keys of other protocols begin with other bytes.
    private const byte KeyMark = 2;

    private readonly SymbolTable _symbols = new();
    private readonly WriteMetadata _metadata = new();
    private readonly WriteLabels _labels = new(limits);
    private readonly WriteLabels _exemplarLabels = new(limits);
    private readonly Column<uint> _references = new();
    private readonly Column<uint> _exemplarReferences = new();
    private readonly ByteBuffer _key = new();
    private long _labelBytes;

    /// <summary>Fills the batch; a failure means that nothing of it may be stored.</summary>
    public DecodeFailure? Decode(ReadOnlySpan<byte> request, MetricBatch batch, RejectionTally tally)
    {
        known.Begin();
        _labelBytes = 0;
        _metadata.Clear();
        if (ReadSymbols(request) is { } failure)
            return failure;
        var fields = new ProtoReader(request);
        while (fields.Read())
        {
            if (fields is { Field: 5, Wire: ProtoWire.Bytes } && !TimeSeries(request, fields.Bytes, batch, tally))
                return Malformed("timeseries", request, fields.Position - fields.Bytes.Length);
            if (batch.Count + batch.Exemplars.Count + tally.Count > limits.RecordsPerRequest)
                return new DecodeFailure($"more than {limits.RecordsPerRequest} samples in one request; send smaller batches", IsTooLarge: true);
        }
        StartTimes.Finish(batch);
        return null;
    }

    /// <summary>Symbols may stand anywhere in the request, so they are gathered before any series is read.</summary>
    private DecodeFailure? ReadSymbols(ReadOnlySpan<byte> request)
    {
        _symbols.Clear();
        var fields = new ProtoReader(request);
        while (fields.Read())
        {
            if (fields is not { Field: 4, Wire: ProtoWire.Bytes })
                continue;
            if (_symbols.Count == 0 && !fields.Bytes.IsEmpty)
                return new DecodeFailure("the first symbol must be the empty string; nothing of the request was stored");
            if (_symbols.Count == SymbolTable.MaxSymbols)
                return new DecodeFailure($"more than {SymbolTable.MaxSymbols} symbols in one request; send smaller batches", IsTooLarge: true);
            _symbols.Add(fields.Position, fields.Bytes.Length);
        }
        return fields.IsMalformed ? Malformed("write request", request, fields.Position) : null;
    }

    private static DecodeFailure Malformed(string what, ReadOnlySpan<byte> request, int at) =>
        new($"malformed protobuf: {what} at byte {at} of {request.Length} is cut short or malformed; nothing of the request was stored");

    private bool TimeSeries(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, MetricBatch batch, RejectionTally tally)
    {
        // Hot path: one series, mostly known and of one sample; 0 B/op after warm-up (see AllocationTests; the walk of 1.0 is in RemoteWriteDecodeBenchmark)
        if (!Survey(message, out var samples, out var histograms, out var created))
            return false;
        var series = FindOrAdd(request, batch, out var isNew);
        if (series < 0)
        {
            tally.Add(_labels.Reason, _labels.Refusal!, Math.Max(1, samples + histograms));
            return ProtoReader.IsWellFormed(message, 2, 5);
        }
        if ((samples == 0) == (histograms == 0))
        {
            batch.DropSeries(series);
            tally.Add(RejectReason.Invalid, $"series '{SampleTime.NameOf(batch, series)}' has {(samples == 0 ? "neither samples nor" : "both samples and")} histograms; send one of them",
                Math.Max(1, samples + histograms));
            return ProtoReader.IsWellFormed(message, 2, 5);
        }
        return Points(request, message, series, isNew, created, batch, tally);
    }

    /// <summary>Gathers the references of the labels and counts the points.</summary>
    private bool Survey(ReadOnlySpan<byte> message, out int samples, out int histograms, out long created)
    {
        _references.Clear();
        samples = 0;
        histograms = 0;
        created = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes or ProtoWire.Varint):
                    if (!SymbolTable.TryReadReferences(fields, MostReferences, _references))
                        return false;
                    break;
                case (2, ProtoWire.Bytes): samples++; break;
                case (3, ProtoWire.Bytes): histograms++; break;
                // Senders of release candidates say the start here for all samples of the series.
                case (6, ProtoWire.Varint): created = (long)fields.Number; break;
            }
        }
        return !fields.IsMalformed;
    }

    private int MostReferences => 2 * limits.LabelsPerSeries;

    /// <summary>The index of the series in the batch; -1 when its labels break a rule.</summary>
    private int FindOrAdd(ReadOnlySpan<byte> request, MetricBatch batch, out bool isNew)
    {
        isNew = true;
        _labels.Clear();
        if (!Resolve(request, _references, _labels))
            return -1;
        if (_key.Length <= SeriesCache.MaxKeyBytes && ((known.TryNext(_key.Span, out var length) && length == _key.Length) || known.TryFind(_key.Span)))
        {
            var found = known.AddFound(batch);
            // Metadata is read again as often as the pipeline looks at the series.
            isNew = batch.Handle(found) is null;
            return found;
        }
        var labels = new LabelReader(_key.Span[1..]);
        while (labels.MoveNext())
            _labels.Add(labels.Name, labels.Value);
        if (!_labels.TrySeries(out var canonical))
            return -1;
        var series = batch.AddSeries(canonical);
        known.AddMissed(series, _key.Span);
        return series;
    }

    /// <summary>Writes the texts of the references one after the other into the key; false when there are none, too many, or one leads nowhere.</summary>
    private bool Resolve(ReadOnlySpan<byte> request, Column<uint> references, WriteLabels labels)
    {
        _key.Clear();
        _key.Append(KeyMark);
        if (references.Count % 2 != 0 || references.Count > MostReferences)
        {
            if (references.Count > MostReferences)
                labels.Refuse(RejectReason.TooLarge, $"a series has more than {limits.LabelsPerSeries} labels, which is the limit");
            else
                labels.Refuse(RejectReason.Invalid, $"a series has {references.Count} label references; they must come in pairs of name and value");
            return false;
        }
        foreach (var reference in references.Span)
        {
            if (!_symbols.TryGet(request, reference, out var text))
                labels.Refuse(RejectReason.Invalid, $"label reference {reference} leads beyond the {_symbols.Count} symbols of the request");
            // Why: references repeat a long text at little cost to the sender; what they spell out is bounded for the whole request.
            else if ((_labelBytes += text.Length) > limits.SeriesBytesPerRequest)
                labels.Refuse(RejectReason.TooLarge, $"the labels of all series of the request are over the limit of {limits.SeriesBytesPerRequest} bytes; send smaller batches");
            if (labels.Refusal is not null)
                return false;
            _key.Commit(Varint.Write(_key.Reserve(Varint.MaxSize), (ulong)text.Length));
            _key.Append(text);
        }
        return true;
    }

    private bool Points(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, int series, bool isNew, long created, MetricBatch batch, RejectionTally tally)
    {
        var before = batch.Count + batch.Exemplars.Count;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Wire != ProtoWire.Bytes)
                continue;
            var ok = fields.Field switch
            {
                2 => Sample(fields.Bytes, series, created, batch, tally),
                3 => Histogram(fields.Bytes, series, created, batch, tally),
                4 => ReadExemplar(request, fields.Bytes, series, batch, tally),
                5 when isNew => _metadata.TryRead(request, fields.Bytes, _symbols, batch, series),
                _ => true,
            };
            if (!ok)
                return false;
        }
        // What has nothing to store must take no place in a budget.
        if (batch.Count + batch.Exemplars.Count == before)
            batch.DropSeries(series);
        return true;
    }

    private static bool Sample(ReadOnlySpan<byte> message, int series, long created, MetricBatch batch, RejectionTally tally)
    {
        double value = 0;
        long time = 0, start = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Fixed64): value = BitConverter.UInt64BitsToDouble(fields.Number); break;
                case (2, ProtoWire.Varint): time = (long)fields.Number; break;
                case (3, ProtoWire.Varint): start = (long)fields.Number; break;
            }
        }
        if (fields.IsMalformed)
            return false;
        if (!SampleTime.Check(time, batch, series, tally))
            return true;
        batch.AddSample(series, time, value);
        StartTimes.OfLastSample(batch, start != 0 ? start : created);
        return true;
    }

    private bool Histogram(ReadOnlySpan<byte> message, int series, long created, MetricBatch batch, RejectionTally tally)
    {
        if (!HistogramDecoder.TryRead(message, limits.HistogramBuckets, out var histogram, out var time, out var start, out var fault))
            return false;
        if (fault is not null)
        {
            tally.Add(RejectReason.Invalid, $"histogram of '{SampleTime.NameOf(batch, series)}': {fault}");
            return true;
        }
        if (!SampleTime.Check(time, batch, series, tally))
            return true;
        batch.Histograms.Add((series, time, histogram!));
        StartTimes.OfLastHistogram(batch, start != 0 ? start : created);
        return true;
    }

    /// <summary>An exemplar that breaks a rule is counted as refused: senders must be told of every element that is not written.</summary>
    private bool ReadExemplar(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, int series, MetricBatch batch, RejectionTally tally)
    {
        _exemplarReferences.Clear();
        _exemplarLabels.Clear();
        double value = 0;
        long time = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes or ProtoWire.Varint):
                    if (!SymbolTable.TryReadReferences(fields, MostReferences, _exemplarReferences))
                        return false;
                    break;
                case (2, ProtoWire.Fixed64): value = BitConverter.UInt64BitsToDouble(fields.Number); break;
                case (3, ProtoWire.Varint): time = (long)fields.Number; break;
            }
        }
        if (fields.IsMalformed)
            return false;
        if (time == 0)
            _exemplarLabels.Refuse(RejectReason.Invalid, "it has no timestamp");
        else if (!SampleTime.IsPossible(time))
            _exemplarLabels.Refuse(RejectReason.Invalid, $"its timestamp {time} ms is outside 1970 to 2262");
        if (TryExemplarLabels(request, out var canonical))
            batch.Exemplars.Add((series, new Exemplar(LabelSet.FromCanonical(canonical), time, value)));
        else
            tally.Add(_exemplarLabels.Reason, $"exemplar of '{SampleTime.NameOf(batch, series)}': {_exemplarLabels.Refusal}");
        return true;
    }

    private bool TryExemplarLabels(ReadOnlySpan<byte> request, out ReadOnlySpan<byte> canonical)
    {
        canonical = default;
        if (_exemplarLabels.Refusal is not null || !Resolve(request, _exemplarReferences, _exemplarLabels))
            return false;
        var labels = new LabelReader(_key.Span[1..]);
        while (labels.MoveNext())
            _exemplarLabels.Add(labels.Name, labels.Value);
        return _exemplarLabels.TryCanonical(out canonical);
    }
}
