using System.Buffers.Binary;
using System.Text;
using Bongsu.Telemetry;

namespace Bongsu.Ingest.Decode;

/// <summary>Appends protobuf fields to a buffer. Nested messages are opened and closed; their length is put before them on closing.</summary>
internal readonly struct ProtoWriter(ByteBuffer buffer)
{
    public ByteBuffer Buffer { get; } = buffer;

    public void Varint(int field, ulong value)
    {
        Tag(field, ProtoWire.Varint);
        Raw(value);
    }

    public void Fixed64(int field, ulong value)
    {
        Tag(field, ProtoWire.Fixed64);
        RawFixed64(value);
    }

    public void Fixed32(int field, uint value)
    {
        Tag(field, ProtoWire.Fixed32);
        BinaryPrimitives.WriteUInt32LittleEndian(Buffer.Reserve(4), value);
        Buffer.Commit(4);
    }

    public void Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, ProtoWire.Bytes);
        Raw((ulong)value.Length);
        Buffer.Append(value);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Begins a length-delimited field; what is appended until <see cref="Close"/> is its content.</summary>
    public int Open(int field)
    {
        Tag(field, ProtoWire.Bytes);
        return Buffer.Length;
    }

    public void Close(int open)
    {
        var length = Buffer.Length - open;
        var prefix = Telemetry.Varint.Size((ulong)length);
        Buffer.Reserve(prefix);
        Buffer.Commit(prefix);
        var content = Buffer.Mutable[open..];
        content[..length].CopyTo(content[prefix..]);
        Telemetry.Varint.Write(content, (ulong)length);
    }

    public void Raw(ulong value)
    {
        var written = Telemetry.Varint.Write(Buffer.Reserve(Telemetry.Varint.MaxSize), value);
        Buffer.Commit(written);
    }

    public void RawFixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Buffer.Reserve(8), value);
        Buffer.Commit(8);
    }

    private void Tag(int field, ProtoWire wire) => Raw((ulong)field << 3 | (byte)wire);
}
