using System.Buffers.Binary;

namespace Bongsu.Ingest.Decode.Jaeger;

/// <summary>
/// Walks Thrift's binary protocol over a span. No length is believed before it is compared with what is left, so nothing takes longer than the bytes are
/// many; after a malformed byte all reads give nothing. Bytes are only borrowed.
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> message)
{
    /// <summary>Nesting of fields that are not known; those that are nest four deep.</summary>
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    public bool IsMalformed { get; private set; }

    public readonly int Position => _at;

    /// <summary>Id of the present field.</summary>
    public short Field { get; private set; }

    public ThriftType Type { get; private set; }

    /// <summary>The next field of a struct; false at its end.</summary>
    public bool ReadField()
    {
        Type = (ThriftType)Take(1)[0];
        if (Type == ThriftType.Stop || IsMalformed)
            return false;
        Field = BinaryPrimitives.ReadInt16BigEndian(Take(2));
        return !IsMalformed;
    }

    public bool Is(short field, ThriftType type) => Field == field && Type == type;

    public bool Bool() => Take(1)[0] != 0;

    public int I32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long I64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public double Double() => BitConverter.Int64BitsToDouble(I64());

    public ReadOnlySpan<byte> String()
    {
        var length = I32();
        if (length >= 0 && length <= _message.Length - _at)
            return Take(length);
        Malformed();
        return default;
    }

    /// <summary>The number of items of a list of structs; 0 and malformed when it is a list of something else, or longer than the bytes that are left.</summary>
    public int Structs()
    {
        var type = (ThriftType)Take(1)[0];
        var count = I32();
        // An empty struct takes one byte.
        if (count < 0 || count > _message.Length - _at || (type != ThriftType.Struct && count > 0))
            Malformed();
        return IsMalformed ? 0 : count;
    }

    /// <summary>Passes over the value of the present field.</summary>
    public void Skip() => Skip(Type, MaxDepth);

    private void Skip(ThriftType type, int depth)
    {
        if (depth == 0)
        {
            Malformed();
            return;
        }
        switch (type)
        {
            case ThriftType.Bool or ThriftType.Byte: Take(1); break;
            case ThriftType.I16: Take(2); break;
            case ThriftType.I32: Take(4); break;
            case ThriftType.I64 or ThriftType.Double: Take(8); break;
            case ThriftType.String: String(); break;
            case ThriftType.Struct:
                while (ReadField())
                    Skip(Type, depth - 1);
                break;
            case ThriftType.List or ThriftType.Set: SkipItems((ThriftType)Take(1)[0], null, depth); break;
            case ThriftType.Map: SkipItems((ThriftType)Take(1)[0], (ThriftType)Take(1)[0], depth); break;
            default: Malformed(); break;
        }
    }

    private void SkipItems(ThriftType first, ThriftType? second, int depth)
    {
        var count = I32();
        // Every item takes a byte at least.
        if (count < 0 || count > _message.Length - _at)
            Malformed();
        for (var i = 0; i < count && !IsMalformed; i++)
        {
            Skip(first, depth - 1);
            if (second is { } value)
                Skip(value, depth - 1);
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (!IsMalformed && count <= _message.Length - _at)
        {
            _at += count;
            return _message.Slice(_at - count, count);
        }
        Malformed();
        return Nothing;
    }

    private void Malformed() => IsMalformed = true;

    /// <summary>What a number is read from when the bytes have ended.</summary>
    private static ReadOnlySpan<byte> Nothing => [0, 0, 0, 0, 0, 0, 0, 0];
}
