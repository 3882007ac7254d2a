using System.Text;
using System.Text.Json;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>
/// <c>json</c>: every scalar of the line's object becomes a label, nested names joined by underscores, arrays left out. What was found before a
/// syntax error stays.
/// </summary>
internal sealed class JsonStage : LineStage
{
    private const int MaxDepth = 64;

    public override bool Process(LineState line)
    {
        // The blank ends a number where the line is cut off behind it.
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line.Line + " "), new JsonReaderOptions { MaxDepth = MaxDepth, AllowTrailingCommas = true });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                line.Fail(ErrorLabels.Json, "Value looks like object, but can't find closing '}' symbol");
            else
                ReadObject(ref reader, line);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            line.Fail(ErrorLabels.Json, e.Message);
        }
        return true;
    }

    private static void ReadObject(ref Utf8JsonReader reader, LineState line)
    {
        var prefixes = new Stack<string>();
        var prefix = "";
        var name = "";
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    break;
                case JsonTokenType.StartObject:
                    prefixes.Push(prefix);
                    prefix = Join(prefix, name);
                    break;
                case JsonTokenType.EndObject:
                    if (prefixes.Count == 0)
                        return;
                    prefix = prefixes.Pop();
                    break;
                case JsonTokenType.StartArray:
                    reader.Skip();
                    break;
                case JsonTokenType.Null:
                    break;
                default:
                    var key = Join(prefix, name);
                    line.Extract(key, LabelNaming.Sanitize(key), Text(ref reader));
                    break;
            }
        }
    }

    private static string Join(string prefix, string name) => prefix.Length == 0 ? name : prefix + "_" + name;

    private static string Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            return Encoding.UTF8.GetString(reader.ValueSpan);
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: text that no label can hold.
            return "";
        }
    }
}

/// <summary><c>json name="path", …</c>: labels from places in the line's JSON; one that is not there is empty.</summary>
internal sealed class JsonPathStage(IReadOnlyList<(string Name, JsonPath Path)> paths) : LineStage
{
    public override bool Process(LineState line)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(line.Line);
        }
        catch (JsonException e)
        {
            line.Fail(ErrorLabels.Json, e.Message);
        }
        foreach (var (name, path) in paths)
        {
            var text = document is null ? "" : path.Text(document.RootElement);
            line.Extract(name, name, text);
        }
        document?.Dispose();
        return true;
    }
}

/// <summary>A way into a JSON value: <c>a.b[0]["c d"]</c>. Immutable.</summary>
internal sealed class JsonPath
{
    private readonly List<(string? Name, int Index)> _steps = [];

    private JsonPath() { }

    public static bool TryParse(string text, out JsonPath path)
    {
        path = new JsonPath();
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] == '[')
            {
                if (!path.TryBracket(text, ref at))
                    return false;
                continue;
            }
            if (path._steps.Count > 0 && text[at++] != '.')
                return false;
            var start = at;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-'))
                at++;
            if (at == start)
                return false;
            path._steps.Add((text[start..at], 0));
        }
        return path._steps.Count > 0;
    }

    public string Text(JsonElement root)
    {
        var value = root;
        foreach (var (name, index) in _steps)
        {
            if (name is not null ? value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value) : !TryItem(ref value, index))
                return "";
        }
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null or JsonValueKind.Undefined => "",
            _ => value.GetRawText(),
        };
    }

    private static bool TryItem(ref JsonElement value, int index)
    {
        if (value.ValueKind != JsonValueKind.Array || index >= value.GetArrayLength())
            return false;
        value = value[index];
        return true;
    }

    private bool TryBracket(string text, ref int at)
    {
        var close = text.IndexOf(']', at);
        if (close < 0)
            return false;
        if (at + 1 < close && text[at + 1] == '"')
        {
            var quote = text.IndexOf('"', at + 2);
            if (quote < 0 || quote + 1 >= text.Length || text[quote + 1] != ']')
                return false;
            _steps.Add((text[(at + 2)..quote], 0));
            at = quote + 2;
            return true;
        }
        if (!int.TryParse(text.AsSpan(at + 1, close - at - 1), out var index) || index < 0)
            return false;
        _steps.Add((null, index));
        at = close + 1;
        return true;
    }
}
