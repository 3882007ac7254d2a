using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Bongsu.Telemetry;

namespace Bongsu.Storage.Codecs;

/// <summary>A growing buffer that encoders append to. Reusable through <see cref="Clear"/>; not thread-safe.</summary>
internal sealed class ByteWriter(int capacity = 256)
{
    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Written bytes, to be changed in place.</summary>
    public Span<byte> At(int offset, int length) => _bytes.AsSpan(offset, length);

    public void Clear() => Length = 0;

    public void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>Takes bytes out; what stands behind them moves up.</summary>
    public void Remove(int offset, int length)
    {
        _bytes.AsSpan(offset + length, Length - offset - length).CopyTo(_bytes.AsSpan(offset));
        Length -= length;
    }

    /// <summary>Room for that many bytes, counted as written; the caller fills all of it.</summary>
    public Span<byte> Take(int size)
    {
        Ensure(size);
        var span = _bytes.AsSpan(Length, size);
        Length += size;
        return span;
    }

    public void PutByte(byte value)
    {
        Ensure(1);
        _bytes[Length++] = value;
    }

    public void PutUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void PutUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    public void PutVarint(ulong value)
    {
        Ensure(Varint.MaxSize);
        // Fast path: most deltas and lengths fit in one byte.
        if (value < 0x80)
            _bytes[Length++] = (byte)value;
        else
            Length += Varint.Write(_bytes.AsSpan(Length), value);
    }

    public void PutZigZag(long value) => PutVarint(Varint.ZigZag(value));

    public void PutBytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Take(bytes.Length));
    }

    /// <summary>Length and bytes.</summary>
    public void PutText(ReadOnlySpan<byte> bytes)
    {
        PutVarint((ulong)bytes.Length);
        PutBytes(bytes);
    }

    public void PutText(string text) => PutText(System.Text.Encoding.UTF8.GetBytes(text));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ensure(int size)
    {
        if (_bytes.Length - Length < size)
            Grow(size);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int size) =>
        Array.Resize(ref _bytes, checked((int)Math.Min(Array.MaxLength, Math.Max((long)Length + size, _bytes.Length * 2L))));
}
