using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;

namespace Bongsu.Storage.Segments;

/// <summary>What was deleted of segments and still stands in them, one frame each.</summary>
internal static class EventDeletionFile
{
    public static void Write<TBatch>(Disk disk, string path, IReadOnlyList<EventDeletion<TBatch>> deletions) where TBatch : class, new()
    {
        var bytes = new ByteWriter();
        new FileHeader(FileKind.Deletions, FileHeader.CurrentVersion, 0, 0).Put(bytes);
        for (var i = 0; i < deletions.Count; i++)
        {
            var start = Frame.Begin(bytes);
            deletions[i].Put(bytes);
            Frame.End(bytes, start, FrameType.EventDeletion, i + 1);
        }
        disk.WriteWhole(path, bytes.Written);
    }

    /// <summary>Those that still concern one of the segments. Numbers of segments that are gone leave the file, for new segments may get them.</summary>
    public static EventDeletion<TBatch>[] Read<TBatch>(Disk disk, string path, EventSignal<TBatch> signal, IReadOnlyList<EventSegment<TBatch>> segments, ProblemLog problems)
        where TBatch : class, new()
    {
        if (!File.Exists(path))
            return [];
        var there = new HashSet<long>();
        foreach (var segment in segments)
            there.Add(segment.Number);
        var deletions = new List<EventDeletion<TBatch>>();
        var isPruned = false;
        var frames = new FrameScanner(File.ReadAllBytes(path));
        while (frames.Read())
        {
            if (frames.Type != FrameType.EventDeletion)
                continue;
            if (signal.ReadDeletion(frames.Payload) is not { } deletion)
            {
                problems.Add(new Corruption(path, frames.Offset, "a deletion does not decode; what it deleted may be seen again: delete it again"));
                continue;
            }
            // Why: a segment that is gone was rewritten without what was deleted, or has expired.
            var left = new HashSet<long>(deletion.Segments);
            left.IntersectWith(there);
            isPruned |= left.Count < deletion.Segments.Count;
            if (left.Count > 0)
                deletions.Add(deletion.In(left));
        }
        foreach (var (offset, length, _) in frames.Damages ?? [])
            problems.Add(new Corruption(path, offset, $"{length} damaged bytes of deletions; what they deleted may be seen again: delete it again"));
        if (isPruned)
            Write(disk, path, deletions);
        return [.. deletions];
    }
}
