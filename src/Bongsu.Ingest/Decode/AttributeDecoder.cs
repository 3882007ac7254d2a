using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Decode;

/// <summary>
/// Reads OTLP KeyValue and AnyValue messages into an attribute table. A fault is put in words in <see cref="Fault"/>: the record that owns the
/// attribute is refused, its neighbours are not. Not thread-safe.
/// </summary>
internal sealed class AttributeDecoder(IngestLimits limits)
{
    private readonly ByteBuffer _scratch = new();
    private int _repaired;

    /// <summary>Why the last <c>false</c>; and of which kind.</summary>
    public string? Fault { get; private set; }

    public RejectReason FaultReason { get; private set; }

    /// <summary>Whether the fault lies in the bytes themselves, so that the request as a whole is malformed.</summary>
    public bool IsMalformed { get; private set; }

    public int TakeRepaired()
    {
        var repaired = _repaired;
        _repaired = 0;
        return repaired;
    }

    /// <summary>Adds one KeyValue to the table; beyond the limit on number since <paramref name="start"/> it is counted in <paramref name="dropped"/> instead.</summary>
    public bool Add(AttributeTable table, int start, ReadOnlySpan<byte> keyValue, ref int dropped)
    {
        ReadOnlySpan<byte> key = default, any = default;
        var fields = new ProtoReader(keyValue);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes): key = fields.Bytes; break;
                case (2, ProtoWire.Bytes): any = fields.Bytes; break;
            }
        }
        if (fields.IsMalformed)
            return Malformed("an attribute is cut short or malformed");
        if (table.Count - start >= limits.AttributesPerRecord)
        {
            dropped++;
            return true;
        }
        if (key.Length > limits.AttributeKeyBytes)
            return TooLarge($"attribute key of {key.Length} bytes; the limit is {limits.AttributeKeyBytes}");
        if (!TryValue(table.Arena, any, key, limits.AttributeValueBytes, out var value))
            return false;
        table.Add(Text.Append(table.Arena, key, ref _repaired), value);
        return true;
    }

    /// <summary>Reads an AnyValue. The key is for messages; an empty key means the body of a log record.</summary>
    public bool TryValue(ByteArena arena, ReadOnlySpan<byte> any, ReadOnlySpan<byte> key, int maxBytes, out AttributeValue value)
    {
        value = default;
        var fields = new ProtoReader(any);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Bytes):
                    if (fields.Bytes.Length > maxBytes)
                        return ValueTooLarge(key, fields.Bytes.Length, maxBytes);
                    value = AttributeValue.OfString(Text.Append(arena, fields.Bytes, ref _repaired));
                    break;
                case (2, ProtoWire.Varint): value = AttributeValue.OfBool(fields.Number != 0); break;
                case (3, ProtoWire.Varint): value = AttributeValue.OfInt((long)fields.Number); break;
                case (4, ProtoWire.Fixed64): value = AttributeValue.OfDouble(BitConverter.UInt64BitsToDouble(fields.Number)); break;
                case (5 or 6, ProtoWire.Bytes):
                    if (!TryNested(arena, fields.Bytes, fields.Field == 6, key, maxBytes, out value))
                        return false;
                    break;
                case (7, ProtoWire.Bytes):
                    if (fields.Bytes.Length > maxBytes)
                        return ValueTooLarge(key, fields.Bytes.Length, maxBytes);
                    value = new AttributeValue(AttributeKind.Bytes, 0, arena.Append(fields.Bytes));
                    break;
            }
        }
        return !fields.IsMalformed || Malformed("an attribute value is cut short or malformed");
    }

    private bool TryNested(ByteArena arena, ReadOnlySpan<byte> nested, bool isMap, ReadOnlySpan<byte> key, int maxBytes, out AttributeValue value)
    {
        value = default;
        if (nested.Length > maxBytes)
            return ValueTooLarge(key, nested.Length, maxBytes);
        var kind = isMap ? AttributeKind.Map : AttributeKind.Array;
        switch (AnyValueWalk.CheckNested(nested, isMap, depth: 1))
        {
            case AnyValueWalk.Form.Malformed:
                return Malformed("a nested attribute value is cut short or malformed");
            case AnyValueWalk.Form.TooDeep:
                return TooLarge($"{Owner(key)} is nested deeper than the limit of {AnyValueWire.MaxDepth}");
            case AnyValueWalk.Form.BadText:
                _repaired++;
                _scratch.Clear();
                var repair = new Utf8Repair();
                AnyValueWalk.RewriteNested(nested, isMap, new ProtoWriter(_scratch), ref repair);
                value = new AttributeValue(kind, 0, arena.Append(_scratch.Span));
                return true;
            default:
                value = new AttributeValue(kind, 0, arena.Append(nested));
                return true;
        }
    }

    private bool ValueTooLarge(ReadOnlySpan<byte> key, int size, int limit) => TooLarge($"{Owner(key)} of {size} bytes; the limit is {limit}");

    private static string Owner(ReadOnlySpan<byte> key) => key.IsEmpty ? "body" : $"attribute '{Text.Preview(key)}'";

    private bool TooLarge(string fault)
    {
        (Fault, FaultReason, IsMalformed) = (fault, RejectReason.TooLarge, false);
        return false;
    }

    private bool Malformed(string fault)
    {
        (Fault, FaultReason, IsMalformed) = (fault, RejectReason.Invalid, true);
        return false;
    }
}
