using System.Text;
using System.Text.Json;

namespace Bongsu.Server.Commands.Logs;

/// <summary>A log line as people read it: of a JSON line its message, then its other fields; any other line as it is. Pure.</summary>
internal static class LineText
{
    // What stands in columns of its own, or says nothing more to a reader.
    private static readonly HashSet<string> s_shown =
        ["timestamp", "@timestamp", "time", "ts", "@t", "date", "level", "severity", "lvl", "@l", "levelname", "log.level", "service", "service_name", "service.name", "env", "environment", "version"];

    private static readonly string[] s_messages = ["message", "msg", "@m", "log", "body", "event", "MESSAGE"];

    public static string Of(string line)
    {
        if (!line.TrimStart().StartsWith('{'))
            return line;
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object ? OfObject(json.RootElement) : line;
        }
        catch (JsonException)
        {
            return line;
        }
    }

    private static string OfObject(JsonElement json)
    {
        var message = s_messages.FirstOrDefault(name => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String);
        var text = new StringBuilder(message is null ? "" : json.GetProperty(message).GetString()!.TrimEnd());
        var blocks = new List<string>();
        foreach (var field in json.EnumerateObject())
        {
            if (field.Name == message || s_shown.Contains(field.Name) || field.Value.ValueKind == JsonValueKind.Null)
                continue;
            var value = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText();
            if (value.Contains('\n'))
                blocks.Add(value.TrimEnd());
            else
                text.Append(text.Length > 0 ? " " : "").Append(field.Name).Append('=').Append(value.Length == 0 || value.Contains(' ') && field.Value.ValueKind == JsonValueKind.String ? $"\"{value}\"" : value);
        }
        // Stack traces and the like come last, in their own lines.
        foreach (var block in blocks)
            text.Append('\n').Append(block);
        return text.ToString();
    }
}
