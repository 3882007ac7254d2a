using System.Buffers.Binary;
using System.Text;

namespace Bongsu.Ingest.Tests;

/// <summary>A protobuf message under construction: written apart from the product's own writer, so that one can check the other.</summary>
internal sealed class Proto
{
    private readonly MemoryStream _bytes = new();

    public byte[] Bytes => _bytes.ToArray();

    public Proto Varint(int field, ulong value)
    {
        Raw((ulong)field << 3);
        Raw(value);
        return this;
    }

    public Proto ZigZag(int field, long value) => Varint(field, (ulong)((value << 1) ^ (value >> 63)));

    public Proto Fixed64(int field, ulong value)
    {
        Raw((ulong)field << 3 | 1);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public Proto Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public Proto Data(int field, ReadOnlySpan<byte> value)
    {
        Raw((ulong)field << 3 | 2);
        Raw((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public Proto Text(int field, string value) => Data(field, Encoding.UTF8.GetBytes(value));

    public Proto Message(int field, Proto message) => Data(field, message.Bytes);

    public Proto Each<T>(int field, IEnumerable<T> items, Func<T, Proto> write)
    {
        foreach (var item in items)
            Message(field, write(item));
        return this;
    }

    public Proto Doubles(int field, params double[] values) => Packed(field, values.Select(BitConverter.DoubleToUInt64Bits));

    public Proto Fixed64s(int field, params ulong[] values) => Packed(field, values);

    public Proto Varints(int field, params ulong[] values)
    {
        var inner = new Proto();
        foreach (var value in values)
            inner.Raw(value);
        return Data(field, inner.Bytes);
    }

    private Proto Packed(int field, IEnumerable<ulong> values)
    {
        var inner = new MemoryStream();
        Span<byte> bytes = stackalloc byte[8];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            inner.Write(bytes);
        }
        return Data(field, inner.ToArray());
    }

    private void Raw(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }
        _bytes.WriteByte((byte)value);
    }
}
