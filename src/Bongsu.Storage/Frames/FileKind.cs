namespace Bongsu.Storage.Frames;

/// <summary>What a file is, in its header frame. Numbers are on disk: never reuse one.</summary>
internal enum FileKind : byte
{
    Wal = 1,
    MetricBlock = 2,
    EventSegment = 3,
    Journal = 4,
    Metadata = 5,
    Deletions = 6,
    Clock = 7,
    RawFrom = 8,
}
