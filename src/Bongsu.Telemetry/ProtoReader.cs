using System.Buffers.Binary;

namespace Bongsu.Telemetry;

/// <summary>Wire types of protobuf.</summary>
public enum ProtoWire : byte
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>
/// Walks the fields of one protobuf message over a span. After <see cref="Read"/> the field is in <see cref="Number"/> or <see cref="Bytes"/>; bytes
/// are only borrowed. <see cref="Read"/> is false at the end and at the first malformed byte, which <see cref="IsMalformed"/> tells apart.
/// </summary>
public ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    public int Field { get; private set; }
    public ProtoWire Wire { get; private set; }

    /// <summary>Varint, fixed 64 and fixed 32 values.</summary>
    public ulong Number { get; private set; }

    /// <summary>Length-delimited values.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public bool IsMalformed { get; private set; }

    /// <summary>Bytes read so far: where a malformed field begins or ends.</summary>
    public readonly int Position => _at;

    public bool Read()
    {
        if (_at >= _message.Length || IsMalformed)
            return false;
        if (!Varint.TryRead(_message, ref _at, out var tag) || tag >> 3 is 0 or > 536870911)
            return Malformed();
        Field = (int)(tag >> 3);
        Wire = (ProtoWire)(tag & 7);
        switch (Wire)
        {
            case ProtoWire.Varint:
                if (!Varint.TryRead(_message, ref _at, out var number))
                    return Malformed();
                Number = number;
                return true;
            case ProtoWire.Fixed64:
                if (_message.Length - _at < 8)
                    return Malformed();
                Number = BinaryPrimitives.ReadUInt64LittleEndian(_message[_at..]);
                _at += 8;
                return true;
            case ProtoWire.Fixed32:
                if (_message.Length - _at < 4)
                    return Malformed();
                Number = BinaryPrimitives.ReadUInt32LittleEndian(_message[_at..]);
                _at += 4;
                return true;
            case ProtoWire.Bytes:
                if (!Varint.TryRead(_message, ref _at, out var length) || length > (ulong)(_message.Length - _at))
                    return Malformed();
                Bytes = _message.Slice(_at, (int)length);
                _at += (int)length;
                return true;
            default:
                return Malformed();
        }
    }

    /// <summary>Whether the fields of a message can be read, and those of the messages in its fields of these numbers.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> message, int fromField, int toField)
    {
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Field < fromField || fields.Field > toField || fields.Wire != ProtoWire.Bytes)
                continue;
            var inner = new ProtoReader(fields.Bytes);
            while (inner.Read()) { }
            if (inner.IsMalformed)
                return false;
        }
        return !fields.IsMalformed;
    }

    private bool Malformed()
    {
        IsMalformed = true;
        return false;
    }
}
