using System.Buffers.Text;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Decode.JsonLines;

/// <summary>
/// The fields of a line as attributes of its record, where the body is the message alone: members of objects under names with dots, lists as JSON. Left out is
/// what the record says elsewhere. Not thread-safe.
/// </summary>
internal sealed class JsonFields(IngestLimits limits)
{
    private const int MaxDepth = 8;

    private readonly ByteBuffer _path = new();
    private readonly ByteBuffer _text = new();
    private int _repaired;
    private string? _fault;
    private int _dropped;
    private int _start;

    public int TakeRepaired()
    {
        var repaired = _repaired;
        _repaired = 0;
        return repaired;
    }

    /// <summary>Adds the fields of a line that has been checked; what is wrong with one, or null.</summary>
    public string? Add(ReadOnlySpan<byte> line, in LineFacts facts, AttributeTable table, out int dropped)
    {
        (_fault, _dropped, _start) = (null, 0, table.Count);
        _path.Clear();
        Members(line, facts, table, depth: 1);
        dropped = _dropped;
        return _fault;
    }

    private void Members(ReadOnlySpan<byte> json, in LineFacts facts, AttributeTable table, int depth)
    {
        var scanner = new JsonScanner(json);
        scanner.TryOpen((byte)'{');
        var prefix = _path.Length;
        while (_fault is null && scanner.ReadMember())
        {
            JsonText.Append(scanner.Key, _path);
            if (_path.Length > limits.AttributeKeyBytes)
                _fault = $"a field name of {_path.Length} bytes; the limit is {limits.AttributeKeyBytes}";
            else if (scanner.Kind == JsonKind.Object && depth < MaxDepth)
            {
                _path.Append((byte)'.');
                Members(scanner.Value, facts, table, depth + 1);
            }
            else if (scanner.Kind != JsonKind.Null && !facts.Has(_path.Span, scanner.Value))
                Field(scanner.Kind, scanner.Value, table);
            _path.Truncate(prefix);
        }
    }

    private void Field(JsonKind kind, ReadOnlySpan<byte> value, AttributeTable table)
    {
        if (table.Count - _start >= limits.AttributesPerRecord)
        {
            _dropped++;
            return;
        }
        if (value.Length > limits.AttributeValueBytes)
        {
            _fault = $"field '{Text.Preview(_path.Span)}' of {value.Length} bytes; the limit is {limits.AttributeValueBytes}";
            return;
        }
        table.Add(Text.Append(table.Arena, _path.Span, ref _repaired), Value(kind, value, table.Arena));
    }

    private AttributeValue Value(JsonKind kind, ReadOnlySpan<byte> value, ByteArena arena)
    {
        switch (kind)
        {
            case JsonKind.True or JsonKind.False:
                return AttributeValue.OfBool(kind == JsonKind.True);
            case JsonKind.Number:
                if (Utf8Parser.TryParse(value, out long whole, out var used) && used == value.Length)
                    return AttributeValue.OfInt(whole);
                return Utf8Parser.TryParse(value, out double number, out used) && double.IsFinite(number) ? AttributeValue.OfDouble(number) : AttributeValue.OfString(arena.Append(value));
            case JsonKind.String:
                _text.Clear();
                JsonText.Append(value, _text);
                return AttributeValue.OfString(Text.Append(arena, _text.Span, ref _repaired));
            default:
                return AttributeValue.OfString(Text.Append(arena, value, ref _repaired));
        }
    }
}
