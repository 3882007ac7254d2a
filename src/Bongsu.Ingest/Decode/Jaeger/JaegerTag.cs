using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Decode.Jaeger;

/// <summary>One Tag of jaeger.thrift: a key and a typed value. Points into the request.</summary>
internal readonly ref struct JaegerTag(ReadOnlySpan<byte> key, AttributeKind kind, ReadOnlySpan<byte> bytes, long bits)
{
    public ReadOnlySpan<byte> Key { get; } = key;

    public AttributeKind Kind { get; } = kind;

    /// <summary>The value of a text or of bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public bool IsTrue => Kind == AttributeKind.Bool && bits != 0;

    public AttributeValue Value(SpanBuilder spans) => Kind switch
    {
        AttributeKind.String => AttributeValue.OfString(spans.Copy(Bytes)),
        AttributeKind.Bytes => new AttributeValue(AttributeKind.Bytes, 0, spans.Batch.Arena.Append(Bytes)),
        _ => new AttributeValue(Kind, bits, default),
    };

    public static JaegerTag Read(scoped ref ThriftReader reader)
    {
        ReadOnlySpan<byte> key = default, text = default, binary = default;
        int type = 0;
        long number = 0, floating = 0, boolean = 0;
        while (reader.ReadField())
        {
            switch (reader.Field, reader.Type)
            {
                case (1, ThriftType.String): key = reader.String(); break;
                case (2, ThriftType.I32): type = reader.I32(); break;
                case (3, ThriftType.String): text = reader.String(); break;
                case (4, ThriftType.Double): floating = BitConverter.DoubleToInt64Bits(reader.Double()); break;
                case (5, ThriftType.Bool): boolean = reader.Bool() ? 1 : 0; break;
                case (6, ThriftType.I64): number = reader.I64(); break;
                case (7, ThriftType.String): binary = reader.String(); break;
                default: reader.Skip(); break;
            }
        }
        return type switch
        {
            1 => new JaegerTag(key, AttributeKind.Double, default, floating),
            2 => new JaegerTag(key, AttributeKind.Bool, default, boolean),
            3 => new JaegerTag(key, AttributeKind.Int, default, number),
            4 => new JaegerTag(key, AttributeKind.Bytes, binary, 0),
            _ => new JaegerTag(key, AttributeKind.String, text, 0),
        };
    }
}
