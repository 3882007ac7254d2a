using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Otlp;

namespace Bongsu.Ingest;

/// <summary>What one request is worked on with: kept by a <see cref="WorkPool{T}"/> between requests.</summary>
internal abstract class IngestWork
{
    // A batch that one large request has blown up is not kept for small ones.
    private const int KeptArenaBytes = 8 * IngestLimits.MiB;

    public RejectionTally Tally { get; } = new();
    public OtlpJson Json { get; } = new();
    public ByteBuffer Transcoded { get; } = new();

    /// <summary>Records of the batch.</summary>
    public abstract int Count { get; }

    /// <summary>Whether it is small enough to be kept.</summary>
    public bool IsWorthKeeping => ArenaBytes <= KeptArenaBytes;

    protected abstract long ArenaBytes { get; }

    public void Clear()
    {
        ClearBatch();
        Tally.Clear();
        Transcoded.Clear();
    }

    protected abstract void ClearBatch();
}
