using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>All that a block holds of one series: floats, histograms, exemplars, one behind the other.</summary>
internal static class SeriesChunk
{
    public static void Put(ByteWriter into, SampleColumns samples, IReadOnlyList<Exemplar> exemplars)
    {
        ChunkCodec.Put(into, samples.TimesMs.Span, samples.Values.Span);
        into.PutVarint((ulong)samples.Histograms.Count);
        for (var i = 0; i < samples.Histograms.Count; i++)
        {
            into.PutZigZag(samples.HistogramTimesMs[i]);
            HistogramCodec.Put(into, samples.Histograms[i]);
        }
        into.PutVarint((ulong)exemplars.Count);
        foreach (var exemplar in exemplars)
        {
            into.PutZigZag(exemplar.TimestampMs);
            into.PutUInt64(BitConverter.DoubleToUInt64Bits(exemplar.Value));
            into.PutText(exemplar.Labels.Bytes);
        }
    }

    /// <summary>Appends samples, and exemplars where they are wanted; false when the bytes are no chunk.</summary>
    public static bool TryRead(ReadOnlySpan<byte> chunk, SampleColumns samples, List<Exemplar>? exemplars)
    {
        var reader = new ByteReader(chunk);
        if (!ChunkCodec.TryRead(ref reader, samples.TimesMs, samples.Values))
            return false;
        var histograms = reader.ReadCount(8);
        for (var i = 0; i < histograms && !reader.Failed; i++)
            samples.Add(reader.ReadZigZag(), HistogramCodec.Read(ref reader));
        return !reader.Failed && (exemplars is null || TryReadExemplars(ref reader, exemplars));
    }

    private static bool TryReadExemplars(ref ByteReader reader, List<Exemplar> exemplars)
    {
        var count = reader.ReadCount(8);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            var time = reader.ReadZigZag();
            var value = BitConverter.UInt64BitsToDouble(reader.ReadUInt64());
            var labels = reader.ReadText();
            if (reader.Failed || !LabelReader.IsCanonical(labels))
                return false;
            exemplars.Add(new Exemplar(LabelSet.FromCanonical(labels), time, value));
        }
        return !reader.Failed;
    }
}
