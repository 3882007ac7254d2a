using System.Text.Json;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>A way into a JSON value: <c>a.b[0]["c d"]</c>. Immutable.</summary>
internal sealed class JsonPath
{
    private readonly List<(string? Name, int Index)> _steps = [];

    private JsonPath(string source) => Source = source;

    /// <summary>The path as written.</summary>
    public string Source { get; }

    public static bool TryParse(string text, out JsonPath path)
    {
        path = new JsonPath(text);
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
