using System.Globalization;
using System.Text.Json;

namespace Bongsu.Server.Commands.Logs;

/// <summary>One line of an answer: when, of which stream, and what.</summary>
internal sealed record LogRow(long TimeNanos, IReadOnlyDictionary<string, string> Labels, string Line)
{
    public string Service => Labels.GetValueOrDefault("service_name", "");

    public string Level => Labels.GetValueOrDefault("level") ?? Labels.GetValueOrDefault("detected_level", "");

    /// <summary>The lines of some streams, oldest first.</summary>
    public static List<LogRow> Of(JsonElement streams)
    {
        var rows = new List<LogRow>();
        foreach (var stream in streams.EnumerateArray())
        {
            var labels = stream.GetProperty("stream").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? "");
            foreach (var value in stream.GetProperty("values").EnumerateArray())
                rows.Add(new LogRow(long.Parse(value[0].GetString()!, CultureInfo.InvariantCulture), labels, value[1].GetString() ?? ""));
        }
        return [.. rows.OrderBy(row => row.TimeNanos)];
    }
}
