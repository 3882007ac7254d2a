namespace Bongsu.Ingest.Decode;

/// <summary>A growable run of bytes that can still be changed. Not thread-safe; reusable through <see cref="Clear"/>.</summary>
internal sealed class ByteBuffer
{
    // A buffer that one large request has blown up is not kept for small ones.
    private const int KeptBytes = 4 * IngestLimits.MiB;

    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public Span<byte> Mutable => _bytes.AsSpan(0, Length);

    public void Append(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    public Span<byte> Reserve(int size)
    {
        var needed = (long)Length + size;
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, checked((int)Math.Max(needed, Math.Min(Array.MaxLength, _bytes.Length * 2L))));
        return _bytes.AsSpan(Length);
    }

    public void Commit(int written) => Length += written;

    public void Truncate(int length) => Length = Math.Min(Length, length);

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > KeptBytes)
            _bytes = new byte[256];
    }
}
