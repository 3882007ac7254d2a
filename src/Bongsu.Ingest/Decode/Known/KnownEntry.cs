using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Known;

/// <summary>
/// One series of a <see cref="SeriesGeneration"/>. All but the last two fields are written once, before the entry can be found; the last two are
/// written and read by several threads without a lock, since any value they had lately is good enough.
/// </summary>
internal struct KnownEntry
{
    public byte[] Page;
    public int KeyStart;
    public int KeyLength;
    public ulong Hash;
    public SeriesHandle Handle;

    /// <summary>What the decoder noted with the key.</summary>
    public ulong Tag;

    /// <summary>The entry that senders named after this one; -1 when none is known. Only a guess: its key is compared.</summary>
    public int Next;

    /// <summary>When the pipeline last looked at the series, in seconds of <see cref="SeriesCache.NowSeconds"/>.</summary>
    public int LookedAtSeconds;

    public readonly ReadOnlySpan<byte> Key => Page.AsSpan(KeyStart, KeyLength);
}
