using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Head;

/// <summary>
/// One appended batch as it stands in the WAL: series not named before in the file, then samples in columns by series id, histograms, exemplars,
/// metadata. Ids count within a file. See docs/formats/wal.md. Reusable through <see cref="Clear"/>.
/// </summary>
internal sealed class SampleRecord
{
    private const byte FirstVersion = 1;
    private const byte Version = 2;
    private const byte IntegerValues = 1;
    private const byte Run = 0;
    private const byte Differences = 1;

    public List<(int Id, LabelSet Labels)> NewSeries { get; } = [];
    public Column<int> Series { get; } = new();
    public Column<long> TimesMs { get; } = new();
    public Column<double> Values { get; } = new();

    /// <summary>When the counter behind each sample began; empty when no sample says it.</summary>
    public Column<long> StartTimesMs { get; } = new();

    /// <summary>As <see cref="StartTimesMs"/>, for <see cref="Histograms"/>.</summary>
    public Column<long> HistogramStartTimesMs { get; } = new();

    public List<(int Series, long TimeMs, NativeHistogram Value)> Histograms { get; } = [];
    public List<(int Series, Exemplar Value)> Exemplars { get; } = [];
    public List<MetricMetadata> Metadata { get; } = [];

    public bool IsEmpty => NewSeries.Count == 0 && Series.Count == 0 && Histograms.Count == 0 && Exemplars.Count == 0 && Metadata.Count == 0;

    public void Clear()
    {
        NewSeries.Clear();
        Series.Clear();
        TimesMs.Clear();
        Values.Clear();
        StartTimesMs.Clear();
        HistogramStartTimesMs.Clear();
        Histograms.Clear();
        Exemplars.Clear();
        Metadata.Clear();
    }

    public void Put(ByteWriter into)
    {
        into.PutByte(Version);
        into.PutVarint((ulong)NewSeries.Count);
        foreach (var (id, labels) in NewSeries)
        {
            into.PutVarint((ulong)id);
            into.PutText(labels.Bytes);
        }
        PutSamples(into);
        into.PutVarint((ulong)Histograms.Count);
        foreach (var (series, time, value) in Histograms)
        {
            into.PutVarint((ulong)series);
            into.PutZigZag(time);
            HistogramCodec.Put(into, value);
        }
        PutStarts(into, HistogramStartTimesMs.Span);
        into.PutVarint((ulong)Exemplars.Count);
        foreach (var (series, exemplar) in Exemplars)
        {
            into.PutVarint((ulong)series);
            into.PutZigZag(exemplar.TimestampMs);
            into.PutUInt64(BitConverter.DoubleToUInt64Bits(exemplar.Value));
            into.PutText(exemplar.Labels.Bytes);
        }
        MetadataCodec.Put(into, Metadata);
    }

    /// <summary>Replaces the content by what the bytes hold; false when they are no record.</summary>
    public bool TryRead(ReadOnlySpan<byte> payload)
    {
        Clear();
        var reader = new ByteReader(payload);
        var version = reader.ReadByte();
        if (version is not (FirstVersion or Version))
            return false;
        var count = reader.ReadCount(2);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            var id = reader.ReadInt();
            var labels = reader.ReadText();
            if (reader.Failed || !LabelReader.IsCanonical(labels))
                return false;
            NewSeries.Add((id, LabelSet.FromCanonical(labels)));
        }
        if (version == FirstVersion)
            ReadFirstSamples(ref reader);
        else
            ReadSamples(ref reader);
        ReadHistograms(ref reader);
        if (version > FirstVersion)
            ReadStarts(ref reader, Histograms.Count, HistogramStartTimesMs);
        return TryReadExemplars(ref reader) && MetadataCodec.TryRead(ref reader, Metadata) && !reader.Failed;
    }

    private void PutSamples(ByteWriter into)
    {
        into.PutVarint((ulong)Series.Count);
        if (Series.Count == 0)
            return;
        PutSeries(into, Series.Span);
        PutTimes(into, TimesMs.Span);
        ValueRow.Put(into, Values.Span);
        PutStarts(into, StartTimesMs.Span);
    }

    // Senders repeat the order in which they first named their series, and that is the order of ids.
    private static void PutSeries(ByteWriter into, ReadOnlySpan<int> series)
    {
        var isRun = true;
        for (var i = 1; i < series.Length && isRun; i++)
            isRun = series[i] == series[i - 1] + 1;
        into.PutByte(isRun ? Run : Differences);
        if (isRun)
        {
            into.PutVarint((ulong)series[0]);
            return;
        }
        var last = 0L;
        foreach (var id in series)
        {
            into.PutZigZag(id - last);
            last = id;
        }
    }

    private static void PutTimes(ByteWriter into, ReadOnlySpan<long> times)
    {
        var isOne = !times.ContainsAnyExcept(times[0]);
        into.PutByte(isOne ? Run : Differences);
        var last = 0L;
        foreach (var time in isOne ? times[..1] : times)
        {
            into.PutZigZag(time - last);
            last = time;
        }
    }

    private static void PutStarts(ByteWriter into, ReadOnlySpan<long> starts)
    {
        into.PutByte(starts.IsEmpty ? Run : Differences);
        var last = 0L;
        foreach (var start in starts)
        {
            into.PutZigZag(start - last);
            last = start;
        }
    }

    private void ReadSamples(ref ByteReader reader)
    {
        var count = reader.ReadInt(reader.Remaining * 2);
        if (count == 0)
            return;
        var isRun = reader.ReadByte() == Run;
        var id = isRun ? reader.ReadInt() - 1L : 0;
        for (var i = 0; i < count && !reader.Failed; i++)
            Series.Add((int)(id += isRun ? 1 : reader.ReadZigZag()));
        var isOne = reader.ReadByte() == Run;
        var time = isOne ? reader.ReadZigZag() : 0;
        for (var i = 0; i < count && !reader.Failed; i++)
            TimesMs.Add(time += isOne ? 0 : reader.ReadZigZag());
        ValueRow.TryRead(ref reader, count, Values);
        ReadStarts(ref reader, count, StartTimesMs);
    }

    private static void ReadStarts(ref ByteReader reader, int count, Column<long> starts)
    {
        if (reader.ReadByte() == Run)
            return;
        var last = 0L;
        for (var i = 0; i < count && !reader.Failed; i++)
            starts.Add(last += reader.ReadZigZag());
    }

    private void ReadFirstSamples(ref ByteReader reader)
    {
        var count = reader.ReadCount(3);
        var last = 0L;
        for (var i = 0; i < count; i++)
            Series.Add((int)(last += reader.ReadZigZag()));
        last = 0;
        for (var i = 0; i < count; i++)
            TimesMs.Add(last += reader.ReadZigZag());
        var areIntegers = reader.ReadByte() == IntegerValues;
        for (var i = 0; i < count; i++)
            Values.Add(areIntegers ? reader.ReadZigZag() : BitConverter.UInt64BitsToDouble(reader.ReadUInt64()));
    }

    private void ReadHistograms(ref ByteReader reader)
    {
        var count = reader.ReadCount(8);
        for (var i = 0; i < count && !reader.Failed; i++)
            Histograms.Add((reader.ReadInt(), reader.ReadZigZag(), HistogramCodec.Read(ref reader)));
    }

    private bool TryReadExemplars(ref ByteReader reader)
    {
        var count = reader.ReadCount(8);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            var series = reader.ReadInt();
            var time = reader.ReadZigZag();
            var value = reader.ReadUInt64();
            var labels = reader.ReadText();
            if (!LabelReader.IsCanonical(labels))
                return false;
            Exemplars.Add((series, new Exemplar(LabelSet.FromCanonical(labels), time, BitConverter.UInt64BitsToDouble(value))));
        }
        return !reader.Failed;
    }
}
