using System.Globalization;
using System.Text;
using System.Text.Json;
using Bongsu.Telemetry.Events;

namespace Bongsu.Server.Api.Operations;

/// <summary>
/// The texts and values of a trace, each once: spans repeat the same few keys and values, so they are told by number. Not thread-safe.
/// </summary>
internal sealed class TraceValueTable(ByteArena arena)
{
    /// <summary>Longer texts are cut; the whole one is in the trace as Tempo's API tells it.</summary>
    public const int MaxChars = 4096;

    /// <summary>Whole numbers beyond lose digits in a browser, so they are told as text.</summary>
    private const long MaxSafeInteger = 9_007_199_254_740_991;

    private readonly Dictionary<string, int> _texts = [];
    private readonly Dictionary<(AttributeKind, string), int> _others = [];
    private readonly List<(AttributeKind Kind, string Text)> _all = [];

    public int Of(Slice text) => OfText(arena.Get(text));

    public int OfText(ReadOnlySpan<byte> utf8)
    {
        Span<char> chars = stackalloc char[256];
        if (utf8.Length > chars.Length)
            return OfText(Encoding.UTF8.GetString(utf8));
        var written = Encoding.UTF8.GetChars(utf8, chars);
        return _texts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(chars[..written], out var at) ? at : OfText(chars[..written].ToString());
    }

    /// <summary>The number of a value; texts and other kinds that look alike are told apart.</summary>
    public int Of(AttributeValue value)
    {
        if (value.Kind is AttributeKind.String)
            return Of(value.Payload);
        var key = (value.Kind, AnyValueWire.ToText(value, arena));
        if (!_others.TryGetValue(key, out var at))
        {
            _others[key] = at = _all.Count;
            _all.Add(key);
        }
        return at;
    }

    public void Write(Utf8JsonWriter json)
    {
        foreach (var (kind, text) in _all)
            Write(json, kind, text);
    }

    private int OfText(string text)
    {
        if (!_texts.TryGetValue(text, out var at))
        {
            _texts[text] = at = _all.Count;
            _all.Add((AttributeKind.String, text));
        }
        return at;
    }

    private static void Write(Utf8JsonWriter json, AttributeKind kind, string text)
    {
        switch (kind)
        {
            case AttributeKind.String when text.Length <= MaxChars:
                json.WriteStringValue(text);
                break;
            case AttributeKind.Bool:
                json.WriteBooleanValue(text == "true");
                break;
            case AttributeKind.Int when long.Parse(text, CultureInfo.InvariantCulture) is >= -MaxSafeInteger and <= MaxSafeInteger and var whole:
                json.WriteNumberValue(whole);
                break;
            case AttributeKind.Double when double.Parse(text, CultureInfo.InvariantCulture) is var number && double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            default:
                WriteTagged(json, kind, text);
                break;
        }
    }

    private static void WriteTagged(Utf8JsonWriter json, AttributeKind kind, string text)
    {
        json.WriteStartObject();
        json.WriteString("kind", kind switch
        {
            AttributeKind.Int => "int",
            AttributeKind.Double => "double",
            AttributeKind.Bytes => "bytes",
            AttributeKind.Array => "array",
            AttributeKind.Map => "map",
            AttributeKind.Null => "null",
            _ => "text",
        });
        json.WriteString("text", text.Length <= MaxChars ? text : CutText(text));
        if (text.Length > MaxChars)
            json.WriteNumber("length", text.Length);
        json.WriteEndObject();
    }

    // Never in the middle of a surrogate pair: half of one is no text.
    private static string CutText(string text) => text[..(char.IsHighSurrogate(text[MaxChars - 1]) ? MaxChars - 1 : MaxChars)];
}
