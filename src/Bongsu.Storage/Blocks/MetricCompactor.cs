using Bongsu.Storage.Head;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>Merges runs of small or overlapping blocks into longer ones: fewer files to ask, longer columns.</summary>
internal static class MetricCompactor
{
    private const int MinRun = 4;
    private const int MaxRun = 24;
    private const long MaxSpanMs = 24 * 3_600_000;
    private const long MaxBytes = 512L << 20;

    /// <summary>
    /// The first run worth merging: consecutive blocks (what came later must stay above what came before), a day at most, and none of them half of
    /// the whole, so that a sample is rewritten only as often as its block doubles.
    /// </summary>
    public static List<MetricBlock>? Plan(MetricBlock[] blocks)
    {
        for (var start = 0; start + MinRun <= blocks.Length; start++)
        {
            List<MetricBlock>? found = null;
            var (min, max, size, largest) = (long.MaxValue, long.MinValue, 0L, 0L);
            for (var end = start; end < blocks.Length && end - start < MaxRun; end++)
            {
                min = Math.Min(min, blocks[end].MinTimeMs);
                max = Math.Max(max, blocks[end].MaxTimeMs);
                size += blocks[end].SizeBytes;
                largest = Math.Max(largest, blocks[end].SizeBytes);
                if (size > MaxBytes || (UInt128)((Int128)max - min) > MaxSpanMs)
                    break;
                if (end - start + 1 >= MinRun && size >= largest * 2)
                    found = [.. blocks.AsSpan(start, end - start + 1)];
            }
            if (found is not null)
                return found;
        }
        return null;
    }

    /// <summary>
    /// Writes the run over its last block, without what was deleted or is past its retention; false, and nothing written, when some of it is damaged: what can
    /// still be read stays as it is.
    /// </summary>
    /// <exception cref="IOException">The disk is full or failing; the run stands as before.</exception>
    public static bool TryMerge(Disk disk, List<MetricBlock> run, Deletion[] deletions, RetentionRules rules, CancellationToken cancellationToken)
    {
        var walThrough = 0L;
        foreach (var block in run)
            walThrough = Math.Max(walThrough, block.WalThrough);
        var ranges = new List<SealedRange>();
        foreach (var block in run)
        {
            foreach (var range in block.SealedRanges)
            {
                if (range.WalThrough > walThrough)
                    ranges.Add(range);
            }
        }
        using var selection = new SeriesSelection(new MetricView([.. run], [], [], deletions), new SeriesSelect(long.MinValue, long.MaxValue, []), rules, cancellationToken);
        if (selection.Warnings.Count > 0)
            return false;
        using var writer = new MetricBlockWriter(disk, run[^1].Path, walThrough, run[0].ReplacesFrom > 0 ? run[0].ReplacesFrom : run[0].Number, ranges);
        using var merger = new SeriesMerger(selection, writer);
        for (var i = 0; i < selection.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            merger.Merge(i);
        }
        if (selection.Warnings.Count > 0)
            return false;
        writer.Finish();
        return true;
    }
}
