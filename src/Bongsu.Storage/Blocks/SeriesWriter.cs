using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>Cuts the samples of a series into chunks of a block.</summary>
internal static class SeriesWriter
{
    /// <summary>Longer runs save little more, and a reader of a short time decodes all of one. Two hours at 15 s are 480.</summary>
    public const int ChunkSamples = 512;

    // They are long as they are.
    private const int ChunkHistograms = 64;

    public static void Add(MetricBlockWriter writer, LabelSet labels, SampleColumns samples, List<Exemplar> exemplars)
    {
        writer.Begin(labels);
        AddFloats(writer, samples.TimesMs.Span, samples.Values.Span);
        AddRest(writer, samples, exemplars);
        writer.EndSeries();
    }

    /// <summary>Adds floats in as few chunks as there must be, of about one size.</summary>
    public static void AddFloats(MetricBlockWriter writer, ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        for (var left = (times.Length + ChunkSamples - 1) / ChunkSamples; left > 0; left--)
        {
            var count = times.Length / left;
            writer.AddFloats(times[..count], values[..count]);
            times = times[count..];
            values = values[count..];
        }
    }

    private static void AddRest(MetricBlockWriter writer, SampleColumns samples, List<Exemplar> exemplars)
    {
        for (var from = 0; from < samples.Histograms.Count; from += ChunkHistograms)
            writer.AddHistograms(samples, from, Math.Min(ChunkHistograms, samples.Histograms.Count - from));
        if (samples.StartTimesMs.Count + samples.HistogramStartTimesMs.Count > 0)
            writer.AddStartTimes(samples);
        if (exemplars.Count > 0)
            writer.AddExemplars(exemplars);
    }
}
