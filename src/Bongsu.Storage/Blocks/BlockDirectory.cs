using Bongsu.Storage.Head;
using Bongsu.Storage.Rollups;
using Bongsu.Storage.Segments;

namespace Bongsu.Storage.Blocks;

/// <summary>Opens the blocks of a directory.</summary>
internal static class BlockDirectory
{
    /// <summary>All blocks, from oldest to newest written, without those that a merged one replaces.</summary>
    public static MetricBlock[] Open(EventStoreSetup setup, string directory, LabelSetPool pool)
    {
        var blocks = new List<MetricBlock>();
        var files = Directory.GetFiles(directory);
        Array.Sort(files, StringComparer.Ordinal);
        foreach (var path in files)
        {
            if (DataLayout.TryParseSealed(Path.GetFileName(path), DataLayout.Metrics, DataLayout.BlockSuffix, out _))
                blocks.Add(MetricBlock.Open(path, setup.Problems, pool));
        }
        return DeleteReplaced(setup.Disk, blocks);
    }

    /// <summary>All rollups, by resolution and time.</summary>
    public static MetricBlock[] OpenRollups(EventStoreSetup setup, string directory, LabelSetPool pool)
    {
        var blocks = new List<MetricBlock>();
        foreach (var resolution in RollupResolution.All)
        {
            var files = Directory.GetFiles(directory, resolution.Signal + "-*");
            Array.Sort(files, StringComparer.Ordinal);
            foreach (var path in files)
            {
                if (DataLayout.TryParseSealed(Path.GetFileName(path), resolution.Signal, DataLayout.BlockSuffix, out _))
                    blocks.Add(MetricBlock.Open(path, setup.Problems, pool, resolution));
            }
        }
        return [.. blocks];
    }

    /// <summary>Time of the first sample; the least time when there is none.</summary>
    public static long MinTimeMs(MetricBlock[] blocks)
    {
        var min = long.MaxValue;
        foreach (var block in blocks)
            min = Math.Min(min, block.MinTimeMs);
        return min == long.MaxValue ? long.MinValue : min;
    }

    /// <summary>For the next block: above those that there are, and above those that rollups were made from or that were deleted from, which may be gone.</summary>
    public static long NextNumber(MetricView view)
    {
        var last = 0L;
        foreach (var block in view.Blocks)
            last = Math.Max(last, block.Number);
        foreach (var rollup in view.Rollups)
        {
            foreach (var range in rollup.SealedRanges)
                last = Math.Max(last, range.WalThrough);
        }
        foreach (var deletion in view.Deletions)
            last = Math.Max(last, deletion.ThroughBlock);
        return last + 1;
    }

    /// <summary>The last WAL file that the blocks make needless.</summary>
    public static long SealedThrough(MetricBlock[] blocks)
    {
        var through = 0L;
        foreach (var block in blocks)
            through = Math.Max(through, block.WalThrough);
        return through;
    }

    /// <summary>For the next WAL file: a block whose header is damaged does not say up to which file it goes, and must not be thought to hold what comes from now on.</summary>
    public static long NextWal(long next, List<SealedRange> ranges)
    {
        foreach (var range in ranges)
            next = Math.Max(next, range.WalThrough + 1);
        return next;
    }

    public static List<SealedRange> SealedRanges(MetricBlock[] blocks)
    {
        var ranges = new List<SealedRange>();
        foreach (var block in blocks)
            ranges.AddRange(block.SealedRanges);
        return ranges;
    }

    // A crash between writing a merged block and deleting its sources leaves them behind.
    private static MetricBlock[] DeleteReplaced(Disk disk, List<MetricBlock> blocks)
    {
        var left = new List<MetricBlock>(blocks);
        foreach (var merged in blocks)
        {
            if (merged.ReplacesFrom == 0)
                continue;
            foreach (var block in blocks)
            {
                if (block.Number < merged.ReplacesFrom || block.Number >= merged.Number || !left.Remove(block))
                    continue;
                block.Close();
                disk.Delete(block.Path);
            }
        }
        return [.. left];
    }
}
