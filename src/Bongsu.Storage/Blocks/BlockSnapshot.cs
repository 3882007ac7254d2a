using System.Globalization;
using System.Security.Cryptography;

namespace Bongsu.Storage.Blocks;

/// <summary>Writes a data directory that shares its blocks with the store's: hard links, so that it takes no space until the store drops them.</summary>
internal static class BlockSnapshot
{
    /// <summary>Returns the path of the new directory.</summary>
    public static string Write(Disk disk, string directory, MetricView view, ReadOnlySpan<string> others, long nowMs)
    {
        var snapshots = Path.Combine(directory, DataLayout.SnapshotsDirectory);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(nowMs).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var target = Path.Combine(snapshots, $"{time}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
        var blocks = Path.Combine(target, DataLayout.BlocksDirectory);
        Directory.CreateDirectory(blocks);
        foreach (var block in (MetricBlock[])[.. view.Blocks, .. view.Rollups])
            disk.Link(block.Path, Path.Combine(blocks, Path.GetFileName(block.Path)));
        foreach (var other in others)
        {
            // These are replaced as a whole and never changed, so a link stays as it is.
            if (File.Exists(other))
                disk.Link(other, Path.Combine(blocks, Path.GetFileName(other)));
        }
        foreach (var changed in (ReadOnlySpan<string>)[blocks, target, snapshots, directory])
            disk.SyncDirectory(changed);
        return target;
    }
}
