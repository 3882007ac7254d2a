using Bongsu.Storage.Head;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>Writes a frozen head as blocks: one for a window; the late head one for each window it has samples of.</summary>
internal static class HeadSealer
{
    // Late data from all over the past must not become a file an hour: what is older than this many windows goes together.
    private const int MaxWindows = 32;

    /// <summary>Writes the blocks and returns their paths. Only the last one says that the WAL is sealed: until it stands, all is replayed.</summary>
    public static List<string> Write(Disk disk, string directory, MetricHead head, long windowMs, long firstNumber, long walThrough, bool holdsWhole)
    {
        var series = head.Table.Sorted(head.Active());
        var windows = head.IsLate ? Windows(head, series, windowMs) : [head.FromMs];
        List<SealedRange> ranges = !holdsWhole ? [] : [new SealedRange(head.FromMs, head.ToMs, head.WalThrough)];
        var paths = new List<string>();
        for (var i = 0; i < windows.Count; i++)
        {
            var from = i == 0 ? long.MinValue : windows[i];
            var to = i == windows.Count - 1 ? long.MaxValue : windows[i + 1] - 1;
            var path = Path.Combine(directory, DataLayout.SealedFile(DataLayout.Metrics, firstNumber + i, DataLayout.BlockSuffix));
            using var writer = new MetricBlockWriter(disk, path, i == windows.Count - 1 ? walThrough : 0, replacesFrom: 0, ranges);
            WriteWindow(writer, head, series, from, to);
            writer.Finish();
            paths.Add(path);
        }
        return paths;
    }

    private static void WriteWindow(MetricBlockWriter writer, MetricHead head, int[] series, long fromMs, long toMs)
    {
        var reader = new HeadReader();
        var samples = new SampleColumns();
        foreach (var id in series)
        {
            samples.Clear();
            reader.Read(head, id, fromMs, toMs, samples);
            var exemplars = new List<Exemplar>();
            foreach (var exemplar in head.Exemplars(id))
            {
                if (exemplar.TimestampMs >= fromMs && exemplar.TimestampMs <= toMs)
                    exemplars.Add(exemplar);
            }
            if (!samples.IsEmpty || exemplars.Count > 0)
                SeriesWriter.Add(writer, head.Table.Labels(id), samples, exemplars);
        }
    }

    // Starts of the windows that have samples, ascending; the oldest beyond the limit fall into the first.
    private static List<long> Windows(MetricHead head, int[] series, long windowMs)
    {
        var starts = new SortedSet<long>();
        var reader = new HeadReader();
        var samples = new SampleColumns();
        foreach (var id in series)
        {
            samples.Clear();
            reader.Read(head, id, long.MinValue, long.MaxValue, samples);
            AddStarts(starts, samples.TimesMs.Span, windowMs);
            AddStarts(starts, samples.HistogramTimesMs.Span, windowMs);
            foreach (var exemplar in head.Exemplars(id))
                AddStarts(starts, [exemplar.TimestampMs], windowMs);
            while (starts.Count > MaxWindows)
                starts.Remove(starts.Min);
        }
        // A head whose samples were all deleted still seals its part of the WAL.
        return starts.Count == 0 ? [0] : [.. starts];
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
