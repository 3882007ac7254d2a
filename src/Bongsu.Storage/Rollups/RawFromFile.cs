using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;

namespace Bongsu.Storage.Rollups;

/// <summary>The time before which samples were dropped while rollups of them are kept: one frame.</summary>
internal static class RawFromFile
{
    private const byte Version = 1;

    public static void Write(Disk disk, string path, long rawFromMs)
    {
        var bytes = new ByteWriter();
        new FileHeader(FileKind.RawFrom, FileHeader.CurrentVersion, 0, 0).Put(bytes);
        var start = Frame.Begin(bytes);
        bytes.PutByte(Version);
        bytes.PutZigZag(rawFromMs);
        Frame.End(bytes, start, FrameType.RawFrom, 1);
        disk.WriteWhole(path, bytes.Written);
    }

    /// <summary>The least time where there is no file; null when it is damaged, which is said.</summary>
    public static long? Read(string path, ProblemLog problems)
    {
        if (!File.Exists(path))
            return long.MinValue;
        var frames = new FrameScanner(File.ReadAllBytes(path));
        while (frames.Read())
        {
            if (frames.Type != FrameType.RawFrom)
                continue;
            var reader = new ByteReader(frames.Payload);
            if (reader.ReadByte() == Version && reader.ReadZigZag() is var rawFromMs && !reader.Failed)
                return rawFromMs;
        }
        problems.Add(new Corruption(path, 0, "the time from which samples are kept whole cannot be read; that of the oldest block is taken"));
        return null;
    }
}
