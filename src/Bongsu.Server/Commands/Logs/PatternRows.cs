using System.Text.Json;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands.Logs;

/// <summary>What lines say: the patterns behind a selector by number of lines, or those of all services with what is new and gone.</summary>
internal static class PatternRows
{
    public static async Task<int> RunAsync(BongsuClient client, string words, long fromMs, long toMs, string output, CancellationToken cancellationToken)
    {
        var isSelector = LogQuery.IsLogQl(words);
        var path = isSelector
            ? $"/loki/api/v1/patterns?query={Uri.EscapeDataString(words)}&start={ClientOptions.Nanos(fromMs)}&end={ClientOptions.Nanos(toMs)}"
            : $"/bongsu/v1/logs/patterns?since={toMs - fromMs}&limit=1000";
        var (document, code) = await client.GetAsync(path, Console.Error, cancellationToken);
        if (document is null)
            return code;
        var rows = isSelector
            ? document.RootElement.GetProperty("data").EnumerateArray().Select(OfSelector)
            : document.RootElement.GetProperty("patterns").EnumerateArray().Where(pattern => Holds(pattern, words)).Select(OfService);
        var sorted = rows.OrderByDescending(row => (long)row["lines"]!).ToList();
        string[] columns = isSelector ? ["lines", "level", "pattern"] : ["lines", "state", "level", "service", "pattern"];
        RowWriter.Write(Console.Out, output, JsonSerializer.SerializeToElement(sorted), columns, Terminal.Of(Environment.GetEnvironmentVariable).Width);
        if (sorted.Count == 0)
            Console.Error.WriteLine($"bongsu: no pattern{(words.Length == 0 ? "" : $" of {words}")} in that time. Patterns are learnt from lines as they come in.");
        return ExitCodes.Ok;
    }

    private static Dictionary<string, object?> OfSelector(JsonElement found) => new()
    {
        ["lines"] = found.GetProperty("samples").EnumerateArray().Sum(sample => sample[1].GetInt64()),
        ["level"] = found.TryGetProperty("level", out var level) ? level.GetString() : null,
        ["pattern"] = Terminal.Safe(found.GetProperty("pattern").GetString() ?? ""),
    };

    private static Dictionary<string, object?> OfService(JsonElement found) => new()
    {
        ["lines"] = found.GetProperty("count").GetInt64(),
        ["state"] = found.GetProperty("isNew").GetBoolean() ? "new" : found.GetProperty("isGone").GetBoolean() ? "gone" : "",
        ["level"] = found.GetProperty("level").GetString(),
        ["service"] = found.GetProperty("service").GetString(),
        ["pattern"] = Terminal.Safe(found.GetProperty("template").GetString() ?? ""),
        ["query"] = found.GetProperty("query").GetString(),
    };

    private static bool Holds(JsonElement pattern, string words) =>
        words.Length == 0 || ((string[])["service", "template", "example"]).Any(name => pattern.TryGetProperty(name, out var text)
            && text.ValueKind == JsonValueKind.String && text.GetString()!.Contains(words, StringComparison.OrdinalIgnoreCase));
}
