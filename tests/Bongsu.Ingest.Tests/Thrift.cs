using System.Buffers.Binary;
using System.Text;

namespace Bongsu.Ingest.Tests;

/// <summary>A struct in Thrift's binary protocol under construction.</summary>
internal sealed class Thrift
{
    private readonly MemoryStream _bytes = new();

    public byte[] Bytes => [.. _bytes.ToArray(), 0];

    public Thrift Text(short field, string value) => Data(field, Encoding.UTF8.GetBytes(value));

    public Thrift Data(short field, byte[] value)
    {
        Head(11, field);
        I32(value.Length);
        _bytes.Write(value);
        return this;
    }

    public Thrift Number(short field, long value)
    {
        Head(10, field);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public Thrift Double(short field, double value)
    {
        Number(field, BitConverter.DoubleToInt64Bits(value));
        _bytes.Position -= 11;
        _bytes.WriteByte(4);
        _bytes.Position = _bytes.Length;
        return this;
    }

    public Thrift Small(short field, int value)
    {
        Head(8, field);
        I32(value);
        return this;
    }

    public Thrift Bool(short field, bool value)
    {
        Head(2, field);
        _bytes.WriteByte(value ? (byte)1 : (byte)0);
        return this;
    }

    public Thrift Struct(short field, Thrift value)
    {
        Head(12, field);
        _bytes.Write(value.Bytes);
        return this;
    }

    public Thrift List(short field, params Thrift[] items)
    {
        Head(15, field);
        _bytes.WriteByte(12);
        I32(items.Length);
        foreach (var item in items)
            _bytes.Write(item.Bytes);
        return this;
    }

    /// <summary>A list that claims so many structs and has none.</summary>
    public Thrift Claim(short field, int count)
    {
        Head(15, field);
        _bytes.WriteByte(12);
        I32(count);
        return this;
    }

    public static Thrift Tag(string key, object value) => value switch
    {
        string text => new Thrift().Text(1, key).Small(2, 0).Text(3, text),
        double number => new Thrift().Text(1, key).Small(2, 1).Double(4, number),
        bool truth => new Thrift().Text(1, key).Small(2, 2).Bool(5, truth),
        long number => new Thrift().Text(1, key).Small(2, 3).Number(6, number),
        byte[] bytes => new Thrift().Text(1, key).Small(2, 4).Data(7, bytes),
        _ => throw new ArgumentException(value.GetType().Name),
    };

    private void Head(byte type, short field)
    {
        _bytes.WriteByte(type);
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, field);
        _bytes.Write(bytes);
    }

    private void I32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _bytes.Write(bytes);
    }
}
