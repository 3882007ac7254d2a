using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Frames;

/// <summary>The first frame of every file: kind, format version, and two numbers whose meaning the kind gives: of a sealed file the lowest number of the files it replaces (0: none) and the WAL file up to which it holds everything.</summary>
internal readonly record struct FileHeader(FileKind Kind, byte Version, long First, long Second)
{
    public const byte CurrentVersion = 1;

    /// <summary>Of metric blocks; those of version 1 stay readable.</summary>
    public const byte MetricBlockVersion = 2;

    /// <summary>Of event segments; those of versions 1 to 3 stay readable.</summary>
    public const byte EventSegmentVersion = 4;

    public void Put(ByteWriter into)
    {
        var start = Frame.Begin(into);
        into.PutByte((byte)Kind);
        into.PutByte(Version);
        into.PutUInt64((ulong)First);
        into.PutUInt64((ulong)Second);
        Frame.End(into, start, FrameType.FileHeader, 0);
    }

    public static bool TryRead(ReadOnlySpan<byte> payload, out FileHeader header)
    {
        var reader = new ByteReader(payload);
        header = new FileHeader((FileKind)reader.ReadByte(), reader.ReadByte(), (long)reader.ReadUInt64(), (long)reader.ReadUInt64());
        return !reader.Failed;
    }
}
