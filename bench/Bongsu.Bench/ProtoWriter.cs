using System.Buffers.Binary;
using System.Text;
using Bongsu.Telemetry;

namespace Bongsu.Bench;

/// <summary>Writes protobuf messages for benchmarks: fields in the order they are asked for, nested messages through a callback.</summary>
internal sealed class ProtoWriter
{
    private byte[] _bytes = new byte[256];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public byte[] ToArray() => Written.ToArray();

    public ProtoWriter Number(int field, ulong value)
    {
        Tag(field, ProtoWire.Varint);
        Varint(value);
        return this;
    }

    public ProtoWriter Fixed64(int field, ulong value)
    {
        Tag(field, ProtoWire.Fixed64);
        BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);
        _length += 8;
        return this;
    }

    public ProtoWriter Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, ProtoWire.Bytes);
        Varint((ulong)value.Length);
        value.CopyTo(Room(value.Length));
        _length += value.Length;
        return this;
    }

    public ProtoWriter Message(int field, Action<ProtoWriter> write)
    {
        var inner = new ProtoWriter();
        write(inner);
        return Bytes(field, inner.Written);
    }

    private void Tag(int field, ProtoWire wire) => Varint(((ulong)field << 3) | (byte)wire);

    private void Varint(ulong value) => _length += Bongsu.Telemetry.Varint.Write(Room(Bongsu.Telemetry.Varint.MaxSize), value);

    private Span<byte> Room(int size)
    {
        if (_length + size > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + size));
        return _bytes.AsSpan(_length);
    }
}
