using Bongsu.Storage.Blocks;
using Bongsu.Storage.Rollups;
using Bongsu.Storage.Segments;

namespace Bongsu.Storage;

/// <summary>Looks what the data directory is made of.</summary>
internal static class StoreUseReader
{
    public static StoredKind OfMetrics(MetricStore metrics, DiskStoreOptions options)
    {
        var view = metrics.View;
        var (files, oldest, newest) = (new List<StoredFile>(), long.MaxValue, long.MinValue);
        foreach (var block in view.Blocks)
            files.Add(new StoredFile(block.MinTimeMs, block.MaxTimeMs, block.SizeBytes));
        foreach (var head in (ReadOnlySpan<Head.MetricHead>)[.. view.Sealing, .. view.Heads])
            (oldest, newest) = (Math.Min(oldest, head.MinMs), Math.Max(newest, head.MaxMs));
        var rules = new List<EventRetentionRule>();
        foreach (var rule in options.MetricRetentionRules)
            rules.Add(new EventRetentionRule(rule.Matchers, rule.Retention));
        return Kind("metrics", files, metrics.WalBytes, oldest, newest, options.RetentionMetrics, rules);
    }

    public static StoredKind OfRollups(MetricStore metrics, RollupResolution resolution, DiskStoreOptions options)
    {
        var files = new List<StoredFile>();
        foreach (var block in metrics.View.Rollups)
        {
            if (block.Rollup == resolution)
                files.Add(new StoredFile(block.MinTimeMs, block.MaxTimeMs, block.SizeBytes));
        }
        var keep = resolution == RollupResolution.Hour ? options.RetentionMetrics1h : options.RetentionMetrics5m;
        return Kind($"rollups{resolution.Name}", files, 0, long.MaxValue, long.MinValue, keep, []);
    }

    public static StoredKind OfEvents<TBatch>(string name, EventStore<TBatch> events, TimeSpan keep, IReadOnlyList<EventRetentionRule> rules) where TBatch : class, new()
    {
        var view = events.View;
        var (files, oldest, newest) = (new List<StoredFile>(), long.MaxValue, long.MinValue);
        foreach (var segment in view.Segments)
        {
            if (segment.Blocks.Count > 0)
                files.Add(new StoredFile(segment.MinTimeNanos / 1_000_000, segment.MaxTimeNanos / 1_000_000, segment.SizeBytes));
        }
        foreach (var part in (ReadOnlySpan<EventPart<TBatch>>)[.. view.Sealing.Parts, .. view.Head.Parts])
            (oldest, newest) = (Math.Min(oldest, part.MinTimeNanos / 1_000_000), Math.Max(newest, part.MaxTimeNanos / 1_000_000));
        return Kind(name, files, events.WalBytes, oldest, newest, keep, rules);
    }

    /// <summary>The journal, and what is neither it nor a file of the store.</summary>
    public static (long JournalBytes, long OtherBytes) Rest(string directory)
    {
        var (journal, other) = (0L, 0L);
        foreach (var path in Directory.EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 }))
        {
            var size = SizeOf(path);
            var parts = Path.GetRelativePath(directory, path).Split(Path.DirectorySeparatorChar);
            if (parts[0] == DataLayout.JournalDirectory)
                journal += size;
            else if (!IsOfStore(directory, parts, size))
                other += size;
        }
        return (journal, other);
    }

    // A file of a snapshot is the store's own under a second name, as long as the store has it.
    private static bool IsOfStore(string directory, string[] parts, long size)
    {
        if (parts[0] == DataLayout.WalDirectory)
            return true;
        var isSealed = parts[^1].EndsWith(DataLayout.BlockSuffix, StringComparison.Ordinal) || parts[^1].EndsWith(DataLayout.SegmentSuffix, StringComparison.Ordinal);
        if (parts[0] is DataLayout.BlocksDirectory or DataLayout.SegmentsDirectory)
            return isSealed;
        return isSealed && parts[0] == DataLayout.SnapshotsDirectory && SizeOf(Path.Combine(directory, DataLayout.BlocksDirectory, parts[^1])) == size;
    }

    private static long SizeOf(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        }
        catch (IOException)
        {
            // Files go while they are counted.
            return 0;
        }
    }

    private static StoredKind Kind(string name, List<StoredFile> files, long walBytes, long oldestMs, long newestMs, TimeSpan keep, IReadOnlyList<EventRetentionRule> rules)
    {
        foreach (var file in files)
            (oldestMs, newestMs) = (Math.Min(oldestMs, file.FromMs), Math.Max(newestMs, file.ToMs));
        return new StoredKind(name, files, walBytes, oldestMs <= newestMs ? oldestMs : null, oldestMs <= newestMs ? newestMs : null, keep, rules);
    }
}
