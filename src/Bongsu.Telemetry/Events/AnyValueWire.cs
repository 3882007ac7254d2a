using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Bongsu.Telemetry.Events;

/// <summary>
/// Nested attribute values keep the wire form that OTLP gives them: <c>ArrayValue { repeated AnyValue values = 1 }</c> and
/// <c>KeyValueList { repeated KeyValue values = 1 }</c> (opentelemetry/proto/common/v1/common.proto). Decoders check form and depth (at most
/// <see cref="MaxDepth"/>) before they store one; here it is read again.
/// </summary>
public static class AnyValueWire
{
    public const int MaxDepth = 32;

    public static string ToText(AttributeValue value, ByteArena arena) => value.Kind switch
    {
        AttributeKind.Null => "",
        AttributeKind.String => arena.GetString(value.Payload),
        AttributeKind.Bool => value.Bits != 0 ? "true" : "false",
        AttributeKind.Int => value.Bits.ToString(CultureInfo.InvariantCulture),
        AttributeKind.Double => value.AsDouble.ToString("R", CultureInfo.InvariantCulture),
        AttributeKind.Bytes => Convert.ToBase64String(arena.Get(value.Payload)),
        _ => ToJson(value, arena),
    };

    /// <summary>Arrays and maps as compact JSON; bytes inside as base64.</summary>
    public static string ToJson(AttributeValue value, ByteArena arena)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            WriteJson(writer, value, arena);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    public static void WriteJson(Utf8JsonWriter writer, AttributeValue value, ByteArena arena)
    {
        switch (value.Kind)
        {
            case AttributeKind.Null: writer.WriteNullValue(); break;
            case AttributeKind.String: writer.WriteStringValue(arena.GetString(value.Payload)); break;
            case AttributeKind.Bool: writer.WriteBooleanValue(value.Bits != 0); break;
            case AttributeKind.Int: writer.WriteNumberValue(value.Bits); break;
            case AttributeKind.Double: WriteDouble(writer, value.AsDouble); break;
            case AttributeKind.Bytes: writer.WriteBase64StringValue(arena.Get(value.Payload)); break;
            case AttributeKind.Array: WriteArray(writer, arena.Get(value.Payload), 0); break;
            case AttributeKind.Map: WriteMap(writer, arena.Get(value.Payload), 0); break;
        }
    }

    private static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    private static void WriteArray(Utf8JsonWriter writer, ReadOnlySpan<byte> array, int depth)
    {
        writer.WriteStartArray();
        var fields = new ProtoReader(array);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Bytes })
                WriteAny(writer, fields.Bytes, depth + 1);
        }
        writer.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter writer, ReadOnlySpan<byte> map, int depth)
    {
        writer.WriteStartObject();
        var fields = new ProtoReader(map);
        while (fields.Read())
        {
            if (fields is not { Field: 1, Wire: ProtoWire.Bytes })
                continue;
            ReadPair(fields.Bytes, out var key, out var value);
            writer.WritePropertyName(Encoding.UTF8.GetString(key));
            WriteAny(writer, value, depth + 1);
        }
        writer.WriteEndObject();
    }

    /// <summary>The key of a KeyValue message and its AnyValue, empty where it has none.</summary>
    public static void ReadPair(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = value = default;
        var pair = new ProtoReader(message);
        while (pair.Read())
        {
            if (pair is { Field: 1, Wire: ProtoWire.Bytes })
                key = pair.Bytes;
            else if (pair is { Field: 2, Wire: ProtoWire.Bytes })
                value = pair.Bytes;
        }
    }

    private static void WriteAny(Utf8JsonWriter writer, ReadOnlySpan<byte> any, int depth)
    {
        var fields = new ProtoReader(any);
        if (depth > MaxDepth || !fields.Read())
        {
            writer.WriteNullValue();
            return;
        }
        switch (fields.Field)
        {
            case 1: writer.WriteStringValue(Encoding.UTF8.GetString(fields.Bytes)); break;
            case 2: writer.WriteBooleanValue(fields.Number != 0); break;
            case 3: writer.WriteNumberValue((long)fields.Number); break;
            case 4: WriteDouble(writer, BitConverter.UInt64BitsToDouble(fields.Number)); break;
            case 5: WriteArray(writer, fields.Bytes, depth); break;
            case 6: WriteMap(writer, fields.Bytes, depth); break;
            case 7: writer.WriteBase64StringValue(fields.Bytes); break;
            default: writer.WriteNullValue(); break;
        }
    }
}
