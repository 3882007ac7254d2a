using System.Buffers.Binary;
using System.Text;
using Bongsu.Telemetry;

namespace Bongsu.Storage.Codecs;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. Past the end or at nonsense it sets <see cref="Failed"/> and gives zeros; it never throws.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public bool Failed { get; private set; }

    public readonly int Remaining => _bytes.Length - _at;

    public readonly int Position => _at;

    public readonly ReadOnlySpan<byte> Rest => _bytes[_at..];

    public byte ReadByte()
    {
        if (_at < _bytes.Length)
            return _bytes[_at++];
        Failed = true;
        return 0;
    }

    public uint ReadUInt32() => ReadBytes(4) is { Length: 4 } b ? BinaryPrimitives.ReadUInt32LittleEndian(b) : 0;

    public ulong ReadUInt64() => ReadBytes(8) is { Length: 8 } b ? BinaryPrimitives.ReadUInt64LittleEndian(b) : 0;

    public ulong ReadVarint()
    {
        // Fast path: one byte.
        if (_at < _bytes.Length && _bytes[_at] < 0x80)
            return _bytes[_at++];
        if (!Failed && Varint.TryRead(_bytes, ref _at, out var value))
            return value;
        Failed = true;
        return 0;
    }

    public long ReadZigZag() => Varint.UnZigZag(ReadVarint());

    /// <summary>A number that must lie in 0..limit.</summary>
    public int ReadInt(int limit = int.MaxValue)
    {
        var value = ReadVarint();
        if (value <= (ulong)limit)
            return (int)value;
        Failed = true;
        return 0;
    }

    /// <summary>A count of things that take at least <paramref name="minBytes"/> each: never more than the bytes left can hold.</summary>
    public int ReadCount(int minBytes = 1) => ReadInt(Remaining / Math.Max(1, minBytes));

    public ReadOnlySpan<byte> ReadBytes(int length)
    {
        if ((uint)length > (uint)Remaining)
        {
            Failed = true;
            return default;
        }
        var bytes = _bytes.Slice(_at, length);
        _at += length;
        return bytes;
    }

    public ReadOnlySpan<byte> ReadText() => ReadBytes(ReadInt());

    public string ReadString() => Encoding.UTF8.GetString(ReadText());
}
