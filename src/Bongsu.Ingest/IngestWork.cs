using System.Runtime.CompilerServices;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest;

/// <summary>What one request is worked on with: kept by a <see cref="WorkPool{T}"/> between requests.</summary>
internal abstract class IngestWork
{
    // A batch that one large request has blown up is not kept for small ones.
    private const int KeptBytes = 16 * IngestLimits.MiB;

    public RejectionTally Tally { get; } = new();
    public OtlpJson Json { get; } = new();
    public ByteBuffer Transcoded { get; } = new();

    /// <summary>Records of the batch.</summary>
    public abstract int Count { get; }

    /// <summary>Whether it is small enough to be kept.</summary>
    public bool IsWorthKeeping => BatchBytes <= KeptBytes;

    /// <summary>About what the batch takes: rows too, for a request of small parts is all rows and no text.</summary>
    protected abstract long BatchBytes { get; }

    protected static long RowBytes(AttributeTable attributes) => attributes.Count * (long)(Unsafe.SizeOf<Slice>() + Unsafe.SizeOf<AttributeValue>());

    protected static long RowBytes<T>(Column<T> rows) where T : struct => rows.Count * (long)Unsafe.SizeOf<T>();

    public void Clear()
    {
        ClearBatch();
        Tally.Clear();
        Transcoded.Clear();
    }

    protected abstract void ClearBatch();
}
