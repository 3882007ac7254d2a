using Bongsu.Storage.Codecs;
using Bongsu.Storage.Head;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>The chunks of a block that are no floats, as bytes: histograms, start times, exemplars; and all of a series as format 1 has it.</summary>
internal static class ChunkContent
{
    public static void PutHistograms(ByteWriter into, ReadOnlySpan<long> times, List<NativeHistogram> histograms, int from)
    {
        into.PutVarint((ulong)times.Length);
        for (var i = 0; i < times.Length; i++)
        {
            into.PutZigZag(times[i]);
            HistogramCodec.Put(into, histograms[from + i]);
        }
    }

    public static bool TryReadHistograms(ref ByteReader reader, SampleColumns into)
    {
        var count = reader.ReadCount(8);
        for (var i = 0; i < count && !reader.Failed; i++)
            into.Add(reader.ReadZigZag(), HistogramCodec.Read(ref reader));
        return !reader.Failed;
    }

    /// <summary>Steps: a time and the start that holds from it, in ascending order.</summary>
    public static void PutStartTimes(ByteWriter into, SampleColumns samples)
    {
        var steps = new StartTimes();
        AddStarts(steps, samples.TimesMs.Span, samples.StartTimesMs.Span, isLast: samples.HistogramTimesMs.Count == 0);
        AddStarts(steps, samples.HistogramTimesMs.Span, samples.HistogramStartTimesMs.Span, isLast: samples.TimesMs.Count == 0);
        steps.Put(into);
    }

    public static void PutExemplars(ByteWriter into, IReadOnlyList<Exemplar> exemplars)
    {
        into.PutVarint((ulong)exemplars.Count);
        for (var i = 0; i < exemplars.Count; i++)
        {
            into.PutZigZag(exemplars[i].TimestampMs);
            into.PutUInt64(BitConverter.DoubleToUInt64Bits(exemplars[i].Value));
            into.PutText(exemplars[i].Labels.Bytes);
        }
    }

    public static bool TryReadExemplars(ref ByteReader reader, List<Exemplar> exemplars)
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

    /// <summary>Appends all of a series of format 1; exemplars where they are wanted.</summary>
    public static bool TryReadFirstFormat(ReadOnlySpan<byte> chunk, SampleColumns samples, List<Exemplar>? exemplars)
    {
        var reader = new ByteReader(chunk);
        return ChunkCodecV1.TryRead(ref reader, samples.TimesMs, samples.Values)
            && TryReadHistograms(ref reader, samples)
            && (exemplars is null || TryReadExemplars(ref reader, exemplars));
    }

    private static void AddStarts(StartTimes steps, ReadOnlySpan<long> times, ReadOnlySpan<long> starts, bool isLast)
    {
        for (var i = 0; i < starts.Length; i++)
            steps.Set(times[i], starts[i], isLast);
    }
}
