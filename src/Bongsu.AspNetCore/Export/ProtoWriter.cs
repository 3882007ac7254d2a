using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Bongsu.AspNetCore.Export;

/// <summary>
/// Writes protobuf into one rented buffer that grows and is reused. Nested messages are written in place: one byte is kept for the length,
/// and a longer length moves the message up. Not thread-safe.
/// </summary>
internal sealed class ProtoWriter : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _length;

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);
    public int Length => _length;

    public void Clear() => _length = 0;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    /// <summary>Opens a nested message; give the result to <see cref="End"/>.</summary>
    public int Begin(int field)
    {
        Tag(field, 2);
        Reserve(1);
        return ++_length;
    }

    public void End(int start)
    {
        var size = _length - start;
        var prefix = VarintSize((ulong)size);
        if (prefix > 1)
        {
            Reserve(prefix - 1);
            Buffer.BlockCopy(_buffer, start, _buffer, start + prefix - 1, size);
        }
        _length = start - 1;
        RawVarint((ulong)size);
        _length += size;
    }

    public void Varint(int field, ulong value)
    {
        Tag(field, 0);
        Reserve(10);
        RawVarint(value);
    }

    public void Fixed64(int field, ulong value)
    {
        Tag(field, 1);
        RawFixed64(value);
    }

    public void Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public void Fixed32(int field, uint value)
    {
        Tag(field, 5);
        Reserve(4);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_length), value);
        _length += 4;
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, 2);
        Reserve(10 + value.Length);
        RawVarint((ulong)value.Length);
        value.CopyTo(_buffer.AsSpan(_length));
        _length += value.Length;
    }

    /// <summary>UTF-8 text; lone surrogates become U+FFFD, so the bytes are always valid.</summary>
    public void Text(int field, ReadOnlySpan<char> value)
    {
        Tag(field, 2);
        var size = Encoding.UTF8.GetByteCount(value);
        Reserve(10 + size);
        RawVarint((ulong)size);
        _length += Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length));
    }

    public void PackedFixed64(int field, ReadOnlySpan<long> values)
    {
        Packed(field, values.Length);
        foreach (var value in values)
            RawFixed64((ulong)value);
    }

    public void PackedDouble(int field, ReadOnlySpan<double> values)
    {
        Packed(field, values.Length);
        foreach (var value in values)
            RawFixed64(BitConverter.DoubleToUInt64Bits(value));
    }

    private void Packed(int field, int count)
    {
        Tag(field, 2);
        Reserve(10);
        RawVarint((ulong)count * 8);
    }

    private void Tag(int field, int wire)
    {
        Reserve(10);
        RawVarint((ulong)((field << 3) | wire));
    }

    private void RawFixed64(ulong value)
    {
        Reserve(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(_length), value);
        _length += 8;
    }

    private void RawVarint(ulong value)
    {
        while (value >= 0x80)
        {
            _buffer[_length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        _buffer[_length++] = (byte)value;
    }

    private static int VarintSize(ulong value)
    {
        var size = 1;
        while ((value >>= 7) != 0)
            size++;
        return size;
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - _length >= more)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + more));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
