using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;

namespace Bongsu.Storage.Segments;

/// <summary>What was dropped of sealed segments and may still stand in them, one frame for each segment. Drops since it was written stand in the WAL.</summary>
internal static class TraceDropFile
{
    private const byte Version = 1;

    public static void Write(Disk disk, string path, IReadOnlyDictionary<long, SegmentDrops> drops)
    {
        var bytes = new ByteWriter();
        new FileHeader(FileKind.Deletions, FileHeader.CurrentVersion, 0, 0).Put(bytes);
        var sequence = 0L;
        foreach (var (segment, dropped) in drops)
        {
            var start = Frame.Begin(bytes);
            Put(bytes, segment, dropped.Traces);
            Frame.End(bytes, start, FrameType.SegmentDrops, ++sequence);
        }
        disk.WriteWhole(path, bytes.Written);
    }

    /// <summary>What still concerns one of the segments; what it says of others leaves the file, for new segments may get their numbers.</summary>
    public static Dictionary<long, SegmentDrops> Read<TBatch>(Disk disk, string path, IReadOnlyList<EventSegment<TBatch>> segments, ProblemLog problems) where TBatch : class, new()
    {
        var drops = new Dictionary<long, SegmentDrops>();
        if (!File.Exists(path))
            return drops;
        var isPruned = false;
        var frames = new FrameScanner(File.ReadAllBytes(path));
        while (frames.Read())
        {
            if (frames.Type != FrameType.SegmentDrops)
                continue;
            if (!TryRead(frames.Payload, out var number, out var traces))
                problems.Add(new Corruption(path, frames.Offset, "a list of dropped traces does not decode; those traces may be seen again"));
            else if (HolderOf(number, segments) is { } holder)
                drops[holder] = new SegmentDrops(drops.TryGetValue(holder, out var before) ? before.Traces.With(traces) : traces, 0);
            else
                isPruned = true;
            isPruned |= !drops.ContainsKey(number);
        }
        foreach (var (offset, length, _) in frames.Damages ?? [])
            problems.Add(new Corruption(path, offset, $"{length} damaged bytes of dropped traces; those traces may be seen again"));
        if (isPruned)
            Write(disk, path, drops);
        return drops;
    }

    /// <summary>A record of the WAL: traces that were dropped, and the first segment that may hold them.</summary>
    public static void Put(ByteWriter into, long segment, TraceSet traces)
    {
        into.PutByte(Version);
        into.PutVarint((ulong)segment);
        traces.Put(into);
    }

    public static bool TryRead(ReadOnlySpan<byte> payload, out long segment, out TraceSet traces)
    {
        var reader = new ByteReader(payload);
        var version = reader.ReadByte();
        segment = (long)reader.ReadVarint();
        traces = TraceSet.Read(ref reader);
        return version == Version && !reader.Failed;
    }

    // Why: a merge may have replaced the segment since the file was written.
    private static long? HolderOf<TBatch>(long number, IReadOnlyList<EventSegment<TBatch>> segments) where TBatch : class, new()
    {
        foreach (var segment in segments)
        {
            if (segment.Number == number || (segment.ReplacesFrom > 0 && segment.ReplacesFrom <= number && number < segment.Number))
                return segment.Number;
        }
        return null;
    }
}
