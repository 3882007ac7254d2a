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
    private const byte Version = 1;
    private const byte RawValues = 0;
    private const byte IntegerValues = 1;

    public List<(int Id, LabelSet Labels)> NewSeries { get; } = [];
    public Column<int> Series { get; } = new();
    public Column<long> TimesMs { get; } = new();
    public Column<double> Values { get; } = new();
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
        if (reader.ReadByte() != Version)
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
        ReadSamples(ref reader);
        ReadHistograms(ref reader);
        return TryReadExemplars(ref reader) && MetadataCodec.TryRead(ref reader, Metadata) && !reader.Failed;
    }

    private void PutSamples(ByteWriter into)
    {
        into.PutVarint((ulong)Series.Count);
        var last = 0L;
        foreach (var series in Series.Span)
        {
            into.PutZigZag(series - last);
            last = series;
        }
        last = 0;
        foreach (var time in TimesMs.Span)
        {
            into.PutZigZag(time - last);
            last = time;
        }
        PutValues(into);
    }

    private void PutValues(ByteWriter into)
    {
        var areIntegers = true;
        foreach (var value in Values.Span)
            areIntegers &= BitConverter.DoubleToInt64Bits((long)value) == BitConverter.DoubleToInt64Bits(value) && Math.Abs(value) < 1L << 53;
        into.PutByte(areIntegers ? IntegerValues : RawValues);
        foreach (var value in Values.Span)
        {
            if (areIntegers)
                into.PutZigZag((long)value);
            else
                into.PutUInt64(BitConverter.DoubleToUInt64Bits(value));
        }
    }

    private void ReadSamples(ref ByteReader reader)
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
