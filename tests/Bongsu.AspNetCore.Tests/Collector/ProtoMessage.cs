using System.Buffers.Binary;
using System.Text;

namespace Bongsu.AspNetCore.Tests.Collector;

/// <summary>A protobuf message taken apart by field number; written independently of the writer it checks, and strict.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, int Wire, ulong Number, byte[] Bytes)> _fields = [];

    public ProtoMessage(byte[] message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message, ref at);
            var (field, wire) = ((int)(tag >> 3), (int)(tag & 7));
            switch (wire)
            {
                case 0: _fields.Add((field, wire, Varint(message, ref at), [])); break;
                case 1: _fields.Add((field, wire, BinaryPrimitives.ReadUInt64LittleEndian(Take(message, ref at, 8)), [])); break;
                case 2: _fields.Add((field, wire, 0, Take(message, ref at, (int)Varint(message, ref at)))); break;
                case 5: _fields.Add((field, wire, BinaryPrimitives.ReadUInt32LittleEndian(Take(message, ref at, 4)), [])); break;
                default: throw new InvalidDataException($"wire type {wire} at {at}");
            }
        }
    }

    public bool Has(int field) => _fields.Exists(f => f.Field == field);
    public ulong Number(int field) => _fields.Find(f => f.Field == field).Number;
    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));
    public byte[] Bytes(int field) => _fields.Find(f => f.Field == field).Bytes ?? [];
    public string Text(int field) => new UTF8Encoding(false, true).GetString(Bytes(field));
    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field));
    public IEnumerable<ProtoMessage> All(int field) => _fields.Where(f => f.Field == field).Select(f => new ProtoMessage(f.Bytes));
    public ProtoMessage One(int field) => Assert.Single(All(field));

    public ulong[] PackedFixed64(int field)
    {
        var bytes = Bytes(field);
        return [.. Enumerable.Range(0, bytes.Length / 8).Select(i => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i * 8)))];
    }

    /// <summary>The repeated KeyValue of a field.</summary>
    public Dictionary<string, object?> Attributes(int field) => All(field).ToDictionary(p => p.Text(1), p => p.One(2).AnyValue());

    public object? AnyValue() => _fields.Count == 0 ? null : _fields[0].Field switch
    {
        1 => Text(1),
        2 => Number(2) == 1,
        3 => (long)Number(3),
        4 => Double(4),
        5 => One(5).All(1).Select(v => v.AnyValue()).ToArray(),
        7 => Bytes(7),
        var other => throw new InvalidDataException($"AnyValue field {other}"),
    };

    private static byte[] Take(byte[] message, ref int at, int length)
    {
        var taken = message.AsSpan(at, length).ToArray();
        at += length;
        return taken;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = message[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }
    }
}
