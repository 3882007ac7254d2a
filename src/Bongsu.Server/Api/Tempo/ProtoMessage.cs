using System.Buffers.Binary;
using Bongsu.Telemetry;

namespace Bongsu.Server.Api.Tempo;

/// <summary>Grows a protobuf message field by field; zero and empty values are left out, as proto3 has it. Not thread-safe.</summary>
internal sealed class ProtoMessage
{
    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Number(int field, ulong value)
    {
        if (value == 0)
            return;
        Tag(field, ProtoWire.Varint);
        Varint(value);
    }

    public void Fixed64(int field, ulong value)
    {
        if (value == 0)
            return;
        Tag(field, ProtoWire.Fixed64);
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);
        Length += 8;
    }

    public void Fixed32(int field, uint value)
    {
        if (value == 0)
            return;
        Tag(field, ProtoWire.Fixed32);
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);
        Length += 4;
    }

    public void Text(int field, ReadOnlySpan<byte> utf8)
    {
        if (!utf8.IsEmpty)
            Delimited(field, utf8);
    }

    /// <summary>A nested message or a member of a oneof: written even when empty.</summary>
    public void Delimited(int field, ReadOnlySpan<byte> bytes)
    {
        Tag(field, ProtoWire.Bytes);
        Varint((ulong)bytes.Length);
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Members of a oneof, where zero is a value.</summary>
    public void Member(int field, ulong value)
    {
        Tag(field, ProtoWire.Varint);
        Varint(value);
    }

    public void MemberFixed64(int field, ulong value)
    {
        Tag(field, ProtoWire.Fixed64);
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);
        Length += 8;
    }

    private void Tag(int field, ProtoWire wire) => Varint(((ulong)field << 3) | (byte)wire);

    private void Varint(ulong value) => Length += Telemetry.Varint.Write(Reserve(Telemetry.Varint.MaxSize), value);

    private Span<byte> Reserve(int size)
    {
        if (Length + size > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(Length + size, _bytes.Length * 2));
        return _bytes.AsSpan(Length);
    }
}
