using Bongsu.Storage.Head;
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

    /// <summary>For the next block: above those that there are, and above those that were deleted from, which may be gone.</summary>
    public static long NextNumber(MetricBlock[] blocks, Deletion[] deletions)
    {
        var next = blocks.Length == 0 ? 1 : blocks[^1].Number + 1;
        foreach (var deletion in deletions)
            next = Math.Max(next, deletion.ThroughBlock + 1);
        return next;
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
