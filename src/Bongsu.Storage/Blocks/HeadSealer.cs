using Bongsu.Storage.Head;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>Writes a frozen head as blocks, one a time window.</summary>
internal static class HeadSealer
{
    // Late data from all over the past must not become a file an hour: what is older than this many windows goes together.
    private const int MaxWindows = 32;

    /// <summary>Writes the blocks and returns their paths. Only the last one says that the WAL is sealed: until it stands, all is replayed.</summary>
    public static List<string> Write(Disk disk, string directory, MetricHead head, long windowMs, long firstNumber, long walThrough)
    {
        var series = head.All();
        series.Sort(static (a, b) => a.Labels.Bytes.SequenceCompareTo(b.Labels.Bytes));
        var windows = Windows(series, windowMs);
        var paths = new List<string>();
        for (var i = 0; i < windows.Count; i++)
        {
            var from = i == 0 ? long.MinValue : windows[i];
            var to = i == windows.Count - 1 ? long.MaxValue : windows[i + 1] - 1;
            var path = Path.Combine(directory, DataLayout.SealedFile(DataLayout.Metrics, firstNumber + i, DataLayout.BlockSuffix));
            using var writer = new MetricBlockWriter(disk, path, i == windows.Count - 1 ? walThrough : 0, replacesFrom: 0);
            WriteWindow(writer, series, from, to);
            writer.Finish();
            paths.Add(path);
        }
        return paths;
    }

    private static void WriteWindow(MetricBlockWriter writer, List<HeadSeries> series, long fromMs, long toMs)
    {
        var samples = new SampleColumns();
        foreach (var one in series)
        {
            samples.Clear();
            one.Samples.Read(fromMs, toMs, samples);
            if (samples.IsEmpty)
                continue;
            var exemplars = new List<Exemplar>();
            foreach (var exemplar in one.Exemplars())
            {
                if (exemplar.TimestampMs >= fromMs && exemplar.TimestampMs <= toMs)
                    exemplars.Add(exemplar);
            }
            writer.Add(one.Labels, samples, exemplars);
        }
    }

    // Starts of the windows that have samples, ascending; the oldest beyond the limit fall into the first.
    private static List<long> Windows(List<HeadSeries> series, long windowMs)
    {
        var starts = new SortedSet<long>();
        var samples = new SampleColumns();
        foreach (var one in series)
        {
            samples.Clear();
            one.Samples.Read(long.MinValue, long.MaxValue, samples);
            AddStarts(starts, samples.TimesMs.Span, windowMs);
            AddStarts(starts, samples.HistogramTimesMs.Span, windowMs);
            while (starts.Count > MaxWindows)
                starts.Remove(starts.Min);
        }
        return [.. starts];
    }

    private static void AddStarts(SortedSet<long> starts, ReadOnlySpan<long> times, long windowMs)
    {
        var last = long.MinValue;
        foreach (var time in times)
        {
            var start = time - ((time % windowMs) + windowMs) % windowMs;
            if (start != last)
                starts.Add(start);
            last = start;
        }
    }
}
