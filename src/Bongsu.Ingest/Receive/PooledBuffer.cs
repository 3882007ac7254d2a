using System.Buffers;

namespace Bongsu.Ingest.Receive;

/// <summary>A growing body in pooled memory, under the budget of all requests. Whoever makes it disposes of it. Not thread-safe.</summary>
internal sealed class PooledBuffer(InflightBytes budget) : IDisposable
{
    private const int FirstBytes = 16 * IngestLimits.KiB;

    // The shared pool keeps an array of each size for each thread: of large ones that would be gigabytes. One is kept for all, as long as the collector lets it.
    private const int LargeBytes = 2 * IngestLimits.MiB;
    private static readonly WeakReference<byte[]?> s_large = new(null);

    private byte[] _bytes = [];
    private int _taken;

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>Free room after the end.</summary>
    public Memory<byte> Room => _bytes.AsMemory(Length);

    public void Commit(int written) => Length += written;

    /// <summary>Room for at least one byte more, at most up to a limit in all; false when the budget of all requests is used up.</summary>
    public bool TryGrow(int limitBytes) => Length < _bytes.Length || TryReserve((int)Math.Min(limitBytes, Math.Max(FirstBytes, _bytes.Length * 2L)));

    /// <summary>Makes the buffer hold a number of bytes in all; false when the budget of all requests is used up.</summary>
    public bool TryReserve(int sizeBytes)
    {
        if (sizeBytes <= _bytes.Length)
            return true;
        if (!budget.TryTake(sizeBytes - _taken))
            return false;
        _taken = sizeBytes;
        var larger = sizeBytes > LargeBytes ? RentLarge(sizeBytes) : ArrayPool<byte>.Shared.Rent(sizeBytes);
        Span.CopyTo(larger);
        Release();
        _bytes = larger;
        return true;
    }

    public void Dispose()
    {
        Release();
        budget.Return(_taken);
        _taken = 0;
        _bytes = [];
        Length = 0;
    }

    private void Release()
    {
        if (_bytes.Length > LargeBytes)
            ReturnLarge(_bytes);
        else if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
    }

    private static byte[] RentLarge(int sizeBytes)
    {
        lock (s_large)
        {
            if (s_large.TryGetTarget(out var kept) && kept.Length >= sizeBytes)
            {
                s_large.SetTarget(null);
                return kept;
            }
        }
        return GC.AllocateUninitializedArray<byte>(sizeBytes);
    }

    private static void ReturnLarge(byte[] bytes)
    {
        lock (s_large)
        {
            if (!s_large.TryGetTarget(out var kept) || kept.Length < bytes.Length)
                s_large.SetTarget(bytes);
        }
    }
}
