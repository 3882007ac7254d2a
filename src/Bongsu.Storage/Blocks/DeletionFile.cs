using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Storage.Head;

namespace Bongsu.Storage.Blocks;

/// <summary>What was deleted of blocks and not rewritten yet, one frame each.</summary>
internal static class DeletionFile
{
    public static void Write(Disk disk, string path, IReadOnlyList<Deletion> deletions)
    {
        var bytes = new ByteWriter();
        new FileHeader(FileKind.Deletions, FileHeader.CurrentVersion, 0, 0).Put(bytes);
        for (var i = 0; i < deletions.Count; i++)
        {
            var start = Frame.Begin(bytes);
            deletions[i].Put(bytes);
            Frame.End(bytes, start, FrameType.Deletion, i + 1);
        }
        disk.WriteWhole(path, bytes.Written);
    }

    public static Deletion[] Read(string path, ProblemLog problems)
    {
        var deletions = new List<Deletion>();
        if (!File.Exists(path))
            return [];
        var bytes = File.ReadAllBytes(path);
        var frames = new FrameScanner(bytes);
        while (frames.Read())
        {
            if (frames.Type != FrameType.Deletion)
                continue;
            var reader = new ByteReader(frames.Payload);
            if (Deletion.TryRead(ref reader) is { } deletion)
                deletions.Add(deletion);
            else
                problems.Add(new Corruption(path, frames.Offset, "a deletion does not decode; what it deleted may be seen again: delete it again"));
        }
        foreach (var (offset, length, _) in frames.Damages ?? [])
            problems.Add(new Corruption(path, offset, $"{length} damaged bytes of deletions; what they deleted may be seen again: delete it again"));
        return [.. deletions];
    }
}
