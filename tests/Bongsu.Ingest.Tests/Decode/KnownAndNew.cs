using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Known;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Tests.Decode;

/// <summary>Decodes each request twice: with what was learned from those before, and as if it were the first. Both must come out the same.</summary>
internal sealed class KnownAndNew(TimeProvider time, Func<SeriesLookup, byte[], MetricBatch, RejectionTally, DecodeFailure?> decode)
{
    private readonly SeriesLookup _known = new(new SeriesCache(IngestLimits.MiB, time));

    public MetricBatch Batch { get; } = new();

    public RejectionTally Tally { get; } = new();

    public DecodeFailure? Failure { get; private set; }

    public void Same(byte[] request)
    {
        Batch.Clear();
        Tally.Clear();
        Failure = decode(_known, request, Batch, Tally);
        var (batch, tally) = (new MetricBatch(), new RejectionTally());
        Assert.Equal(decode(new SeriesLookup(new SeriesCache(IngestLimits.MiB, time)), request, batch, tally), Failure);
        if (Failure is not null)
            return;
        Assert.Equal(tally.Rejections, Tally.Rejections);
        Assert.Equal(Text(batch), Text(Batch));
        _known.Learn(Batch);
    }

    private static List<string> Text(MetricBatch batch)
    {
        var lines = new List<string>();
        for (var i = 0; i < batch.SampleSeries.Count; i++)
            lines.Add($"{Convert.ToHexString(batch.SeriesLabels(batch.SampleSeries[i]))} {batch.SampleTimesMs[i]} {BitConverter.DoubleToInt64Bits(batch.SampleValues[i])}");
        foreach (var (series, time, value) in batch.Histograms)
            lines.Add($"{Convert.ToHexString(batch.SeriesLabels(series))} {time} {value.Count} {value.Sum} {string.Join(' ', value.PositiveBuckets)}");
        foreach (var (series, exemplar) in batch.Exemplars)
            lines.Add($"{Convert.ToHexString(batch.SeriesLabels(series))} {exemplar.TimestampMs} {exemplar.Labels}");
        for (var series = 0; series < batch.SeriesCount; series++)
            lines.Add($"{Convert.ToHexString(batch.SeriesLabels(series))} {batch.IsDropped(series)}");
        lines.Add(string.Join(' ', batch.SampleStartTimesMs.Span.ToArray()) + "/" + string.Join(' ', batch.HistogramStartTimesMs.Span.ToArray()));
        return lines;
    }
}
