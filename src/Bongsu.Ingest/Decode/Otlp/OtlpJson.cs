using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>
/// Rewrites an OTLP/JSON request as the same request in protobuf, so that one decoder decides what is taken. Rules: opentelemetry.io/docs/specs/otlp
/// (JSON Protobuf Encoding): ids in hex, 64-bit integers as text or number, enums as numbers, unknown fields ignored. Not thread-safe.
/// </summary>
internal sealed class OtlpJson
{
    // An AnyValue within AnyValueWire.MaxDepth takes at most four levels of JSON for each of its own, and ten stand above it; deeper ones are cut off here.
    private const int MaxDepth = 144;

    // A digit and a comma can become eight bytes; the bound keeps a hostile list of numbers from taking more than four bodies' worth.
    private const int MaxGrowth = 4;

    private readonly ByteBuffer _text = new();
    private ProtoWriter _to;
    private string? _fault;
    private long _maxBytes;

    /// <summary>Appends the request in protobuf, or says where it is wrong.</summary>
    public DecodeFailure? Transcode(ReadOnlySpan<byte> json, JsonMessage request, ByteBuffer into)
    {
        _to = new ProtoWriter(into);
        _fault = null;
        _maxBytes = Math.Max(64 * IngestLimits.KiB, (long)json.Length * MaxGrowth);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return new DecodeFailure("malformed JSON: the request must be an object");
            if (!Message(ref reader, request))
                return new DecodeFailure($"malformed OTLP/JSON at byte {reader.TokenStartIndex}: {_fault}; nothing of the request was stored");
            return reader.Read() ? new DecodeFailure($"malformed JSON: more after the end of the request at byte {reader.TokenStartIndex}") : null;
        }
        catch (JsonException e)
        {
            return JsonFault.Of(e);
        }
        finally
        {
            _text.Clear();
        }
    }

    /// <summary>The reader stands on the start of an object; afterwards on its end.</summary>
    private bool Message(ref Utf8JsonReader reader, JsonMessage message)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            _text.Clear();
            JsonText.Append(in reader, _text);
            var field = message.Find(_text.Span);
            reader.Read();
            if (field is null)
                reader.Skip();
            else if (reader.TokenType != JsonTokenType.Null && !Field(ref reader, field))
                return false;
        }
        return _to.Buffer.Length <= _maxBytes || Fault("it is too large when decoded");
    }

    private bool Field(ref Utf8JsonReader reader, JsonField field)
    {
        if (field.Kind is JsonKind.Fixed64List or JsonKind.DoubleList or JsonKind.IntegerList)
            return List(ref reader, field);
        if (!field.IsRepeated)
            return Single(ref reader, field);
        if (reader.TokenType != JsonTokenType.StartArray)
            return Fault($"'{field.Name}' must be a list");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Null && !Single(ref reader, field))
                return false;
        }
        return true;
    }

    private bool Single(ref Utf8JsonReader reader, JsonField field)
    {
        if (field.Kind == JsonKind.Message)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return Fault($"'{field.Name}' must be an object");
            var open = _to.Open(field.Number);
            if (!Message(ref reader, field.Message!))
                return false;
            _to.Close(open);
            return true;
        }
        return Scalar(ref reader, field) || Fault(_fault ?? $"'{field.Name}' has a wrong type or value");
    }

    private bool Scalar(ref Utf8JsonReader reader, JsonField field)
    {
        if (reader.TokenType is JsonTokenType.String)
        {
            _text.Clear();
            JsonText.Append(in reader, _text);
        }
        switch (field.Kind)
        {
            case JsonKind.Text:
                if (reader.TokenType != JsonTokenType.String)
                    return false;
                _to.Bytes(field.Number, _text.Span);
                return true;
            case JsonKind.Bool:
                if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                    return false;
                _to.Varint(field.Number, reader.TokenType == JsonTokenType.True ? 1u : 0);
                return true;
            case JsonKind.Id:
                return reader.TokenType == JsonTokenType.String && (Hex(field) || Base64Bytes(field));
            case JsonKind.Bytes:
                return reader.TokenType == JsonTokenType.String && Base64Bytes(field);
            case JsonKind.Double:
                if (!TryDouble(ref reader, out var number))
                    return false;
                _to.Double(field.Number, number);
                return true;
            default:
                return Integer(ref reader, field);
        }
    }

    private bool Integer(ref Utf8JsonReader reader, JsonField field)
    {
        if (field.Kind == JsonKind.Enum && reader.TokenType == JsonTokenType.String && JsonEnums.TryNumber(field.EnumPrefix, _text.Span, out var named))
        {
            _to.Varint(field.Number, (ulong)named);
            return true;
        }
        if (!TryInteger(ref reader, out var value))
            return false;
        switch (field.Kind)
        {
            case JsonKind.Fixed64: _to.Fixed64(field.Number, value); break;
            case JsonKind.Fixed32: _to.Fixed32(field.Number, (uint)value); break;
            case JsonKind.Signed: _to.Varint(field.Number, Telemetry.Varint.ZigZag((long)value)); break;
            default: _to.Varint(field.Number, value); break;
        }
        return true;
    }

    private bool List(ref Utf8JsonReader reader, JsonField field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return Fault($"'{field.Name}' must be a list");
        var open = _to.Open(field.Number);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                _text.Clear();
                JsonText.Append(in reader, _text);
            }
            double number = 0;
            ulong integer = 0;
            var ok = field.Kind == JsonKind.DoubleList ? TryDouble(ref reader, out number) : TryInteger(ref reader, out integer);
            if (!ok || _to.Buffer.Length > _maxBytes)
                return Fault($"'{field.Name}' must be a list of numbers");
            if (field.Kind == JsonKind.IntegerList)
                _to.Raw(integer);
            else
                _to.RawFixed64(field.Kind == JsonKind.DoubleList ? BitConverter.DoubleToUInt64Bits(number) : integer);
        }
        _to.Close(open);
        return true;
    }

    /// <summary>Signed and unsigned 64-bit integers, as number or text; their 64 bits.</summary>
    private bool TryInteger(ref Utf8JsonReader reader, out ulong value)
    {
        value = 0;
        var text = reader.TokenType == JsonTokenType.String ? _text.Span : reader.TokenType == JsonTokenType.Number ? reader.ValueSpan : default;
        if (text.IsEmpty)
            return false;
        if (Utf8Parser.TryParse(text, out ulong unsigned, out var used) && used == text.Length)
            value = unsigned;
        else if (Utf8Parser.TryParse(text, out long signed, out used) && used == text.Length)
            value = (ulong)signed;
        else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && real == Math.Truncate(real) && Math.Abs(real) < 1e18)
            value = (ulong)(long)real;
        else
            return false;
        return true;
    }

    private bool TryDouble(ref Utf8JsonReader reader, out double value)
    {
        if (reader.TokenType == JsonTokenType.Number)
            return double.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        value = 0;
        if (reader.TokenType != JsonTokenType.String)
            return false;
        if (_text.Span.SequenceEqual("NaN"u8))
            value = double.NaN;
        else if (_text.Span.SequenceEqual("Infinity"u8))
            value = double.PositiveInfinity;
        else if (_text.Span.SequenceEqual("-Infinity"u8))
            value = double.NegativeInfinity;
        else
            return double.TryParse(_text.Span, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        return true;
    }

    private bool Hex(JsonField field)
    {
        Span<byte> bytes = stackalloc byte[32];
        var hex = _text.Span;
        // Why: ids have 32 or 16 hex digits, and in base64 24 or 12 characters, so the two cannot be taken for each other. Hex of another length
        // is passed on as it is, for the decoder to refuse that one record.
        if (hex.Length is 12 or 24 || hex.Length > bytes.Length * 2)
            return false;
        if (Convert.FromHexString(hex, bytes, out _, out var written) != System.Buffers.OperationStatus.Done)
            return false;
        _to.Bytes(field.Number, bytes[..written]);
        return true;
    }

    private bool Base64Bytes(JsonField field)
    {
        var open = _to.Open(field.Number);
        var room = _to.Buffer.Reserve(_text.Length);
        if (Base64.DecodeFromUtf8(_text.Span, room, out _, out var written) != System.Buffers.OperationStatus.Done)
        {
            _to.Buffer.Truncate(open);
            return Fault($"'{field.Name}' is {(field.Kind == JsonKind.Id ? "neither hex nor base64" : "not base64")}");
        }
        _to.Buffer.Commit(written);
        _to.Close(open);
        return true;
    }

    private bool Fault(string fault)
    {
        _fault ??= fault;
        return false;
    }
}
