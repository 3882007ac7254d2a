using System.Globalization;
using System.Text;
using System.Text.Json;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;

namespace Bongsu.Server.Api.Tempo;

/// <summary>Attribute values as OTLP's JSON AnyValue. Pure.</summary>
internal static class OtlpValueJson
{
    public static void Write(Utf8JsonWriter json, AttributeValue value, ByteArena arena)
    {
        json.WriteStartObject();
        switch (value.Kind)
        {
            case AttributeKind.String: json.WriteString("stringValue", arena.GetString(value.Payload)); break;
            case AttributeKind.Bool: json.WriteBoolean("boolValue", value.Bits != 0); break;
            case AttributeKind.Int: json.WriteString("intValue", value.Bits.ToString(CultureInfo.InvariantCulture)); break;
            case AttributeKind.Double: WriteDouble(json, value.AsDouble); break;
            case AttributeKind.Bytes: json.WriteBase64String("bytesValue", arena.Get(value.Payload)); break;
            case AttributeKind.Array: WriteArray(json, arena.Get(value.Payload), 0); break;
            case AttributeKind.Map: WriteMap(json, arena.Get(value.Payload), 0); break;
        }
        json.WriteEndObject();
    }

    private static void WriteDouble(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber("doubleValue", value);
        else
            json.WriteString("doubleValue", double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    private static void WriteArray(Utf8JsonWriter json, ReadOnlySpan<byte> array, int depth)
    {
        json.WriteStartObject("arrayValue");
        json.WriteStartArray("values");
        var items = new ProtoReader(array);
        while (items.Read())
        {
            if (items is { Field: 1, Wire: ProtoWire.Bytes })
                WriteAny(json, items.Bytes, depth + 1);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter json, ReadOnlySpan<byte> map, int depth)
    {
        json.WriteStartObject("kvlistValue");
        json.WriteStartArray("values");
        var items = new ProtoReader(map);
        while (items.Read())
        {
            if (items is not { Field: 1, Wire: ProtoWire.Bytes })
                continue;
            ReadOnlySpan<byte> key = default, value = default;
            var pair = new ProtoReader(items.Bytes);
            while (pair.Read())
            {
                if (pair is { Field: 1, Wire: ProtoWire.Bytes })
                    key = pair.Bytes;
                else if (pair is { Field: 2, Wire: ProtoWire.Bytes })
                    value = pair.Bytes;
            }
            json.WriteStartObject();
            json.WriteString("key", Encoding.UTF8.GetString(key));
            json.WritePropertyName("value");
            WriteAny(json, value, depth + 1);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAny(Utf8JsonWriter json, ReadOnlySpan<byte> any, int depth)
    {
        json.WriteStartObject();
        var field = new ProtoReader(any);
        if (depth <= AnyValueWire.MaxDepth && field.Read())
        {
            switch (field.Field)
            {
                case 1: json.WriteString("stringValue", Encoding.UTF8.GetString(field.Bytes)); break;
                case 2: json.WriteBoolean("boolValue", field.Number != 0); break;
                case 3: json.WriteString("intValue", ((long)field.Number).ToString(CultureInfo.InvariantCulture)); break;
                case 4: WriteDouble(json, BitConverter.UInt64BitsToDouble(field.Number)); break;
                case 5: WriteArray(json, field.Bytes, depth); break;
                case 6: WriteMap(json, field.Bytes, depth); break;
                case 7: json.WriteBase64String("bytesValue", field.Bytes); break;
            }
        }
        json.WriteEndObject();
    }
}
