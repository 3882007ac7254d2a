using System.Globalization;
using System.Text;
using System.Text.Json;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Api.Jaeger;

/// <summary>Attributes as Jaeger's typed key-value pairs; arrays and maps are JSON in a text. Pure.</summary>
internal static class JaegerTags
{
    /// <summary>The largest whole number that a browser holds exactly; beyond, numbers are sent as texts.</summary>
    private const long MaxSafe = (1L << 53) - 1;

    public static void Write(Utf8JsonWriter json, SpanBatch batch, AttributeRange range, ReadOnlySpan<byte> except = default)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var key = batch.Attributes.Key(row);
            if (!except.IsEmpty && key.SequenceEqual(except))
                continue;
            json.WriteStartObject();
            json.WriteString("key", Encoding.UTF8.GetString(key));
            WriteValue(json, batch.Attributes.Values[row], batch.Arena);
            json.WriteEndObject();
        }
    }

    /// <summary>Nothing when the text is empty.</summary>
    public static void WriteText(Utf8JsonWriter json, string key, ByteArena arena, Slice text)
    {
        if (!text.IsEmpty)
            WriteText(json, key, arena.GetString(text));
    }

    public static void WriteText(Utf8JsonWriter json, string key, string text)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteString("type", "string");
        json.WriteString("value", text);
        json.WriteEndObject();
    }

    public static void WriteTrue(Utf8JsonWriter json, string key)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteString("type", "bool");
        json.WriteBoolean("value", true);
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, AttributeValue value, ByteArena arena)
    {
        switch (value.Kind)
        {
            case AttributeKind.Bool:
                json.WriteString("type", "bool");
                json.WriteBoolean("value", value.Bits != 0);
                break;
            case AttributeKind.Int when value.Bits is >= -MaxSafe and <= MaxSafe:
                json.WriteString("type", "int64");
                json.WriteNumber("value", value.Bits);
                break;
            case AttributeKind.Int:
                json.WriteString("type", "int64");
                json.WriteString("value", value.Bits.ToString(CultureInfo.InvariantCulture));
                break;
            case AttributeKind.Double when double.IsFinite(value.AsDouble):
                json.WriteString("type", "float64");
                json.WriteNumber("value", value.AsDouble);
                break;
            case AttributeKind.Bytes:
                json.WriteString("type", "binary");
                json.WriteBase64String("value", arena.Get(value.Payload));
                break;
            default:
                json.WriteString("type", "string");
                json.WriteString("value", AnyValueWire.ToText(value, arena));
                break;
        }
    }
}
