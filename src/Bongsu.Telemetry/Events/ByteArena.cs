using System.Text;

namespace Bongsu.Telemetry.Events;

/// <summary>Grows by appending bytes; gives back where they stand. At most 1 GiB. Not thread-safe.</summary>
public sealed class ByteArena
{
    private const int MaxBytes = 1 << 30;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> All => _bytes.AsSpan(0, Length);

    public ReadOnlySpan<byte> Get(Slice slice) => _bytes.AsSpan(slice.Offset, slice.Length);

    public string GetString(Slice slice) => slice.IsEmpty ? "" : Encoding.UTF8.GetString(Get(slice));

    public Slice Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return Slice.Empty;
        bytes.CopyTo(Reserve(bytes.Length));
        return Commit(bytes.Length);
    }

    public Slice Append(string text)
    {
        if (text.Length == 0)
            return Slice.Empty;
        var written = Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));
        return Commit(written);
    }

    /// <summary>Room for at least <paramref name="size"/> bytes after the end; what was written of it becomes part by <see cref="Commit"/>.</summary>
    public Span<byte> Reserve(int size)
    {
        var needed = (long)Length + size;
        if (needed > _bytes.Length)
            Grow(needed);
        return _bytes.AsSpan(Length);
    }

    public Slice Commit(int written)
    {
        var slice = new Slice(Length, written);
        Length += written;
        return slice;
    }

    public void Clear() => Length = 0;

    private void Grow(long needed)
    {
        if (needed > MaxBytes)
            throw new InvalidOperationException($"BUG: a batch of over {MaxBytes} bytes passed the body limits.");
        Array.Resize(ref _bytes, (int)Math.Min(MaxBytes, Math.Max(Math.Max(needed, 1024), _bytes.Length * 2L)));
    }
}
