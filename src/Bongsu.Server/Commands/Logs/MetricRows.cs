using System.Text.Json;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands.Logs;

/// <summary>The answer of a LogQL metric query at one moment, a row for each series.</summary>
internal static class MetricRows
{
    public static async Task<int> RunAsync(BongsuClient client, string query, long atMs, string output, CancellationToken cancellationToken)
    {
        var (document, code) = await client.GetAsync($"/loki/api/v1/query?query={Uri.EscapeDataString(query)}&time={ClientOptions.Nanos(atMs)}&discovered_labels=true", Console.Error, cancellationToken);
        if (document is null)
            return code;
        var data = document.RootElement.GetProperty("data");
        var rows = new List<Dictionary<string, string>>();
        if (data.GetProperty("resultType").GetString() == "scalar")
            rows.Add(new() { ["value"] = data.GetProperty("result")[1].GetString()! });
        else
            rows.AddRange(data.GetProperty("result").EnumerateArray().Select(Row));
        string[] columns = [.. rows.SelectMany(row => row.Keys).Where(name => name != "value").Distinct().Order(StringComparer.Ordinal), "value"];
        RowWriter.Write(Console.Out, output, JsonSerializer.SerializeToElement(rows), columns, Terminal.Of(Environment.GetEnvironmentVariable).Width);
        LogsCommand.Warn(document.RootElement);
        if (rows.Count == 0)
            Console.Error.WriteLine($"bongsu: {query} has no value at that time.");
        return ExitCodes.Ok;
    }

    private static Dictionary<string, string> Row(JsonElement series)
    {
        var row = series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? "");
        row["value"] = series.GetProperty("value")[1].GetString()!;
        return row;
    }
}
