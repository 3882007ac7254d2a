namespace Bongsu.Storage.Frames;

/// <summary>What a frame holds. Numbers are on disk: never reuse one.</summary>
internal enum FrameType : byte
{
    FileHeader = 1,
    Samples = 2,
    Logs = 3,
    Spans = 4,
    JournalRecord = 5,
    ChunkGroup = 6,
    SeriesPage = 7,
    BlockFooter = 8,
    EventBlock = 9,
    TokenBloom = 10,
    TraceIndexPage = 11,
    SegmentFooter = 12,
    Trailer = 13,
    Metadata = 14,
    Deletion = 15,
    IndexPage = 16,
    PostingsPage = 17,
    RawFrom = 18,
    WordFilter = 19,
    EventDeletion = 20,
    TraceDrop = 21,
    SegmentDrops = 22,
}
