using System.Globalization;
using System.Text.Json;
using Bongsu.Server.Commands.Logs;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands.Traces;

/// <summary>The traces that a search finds, newest first, a row each.</summary>
internal static class TraceRows
{
    private static readonly string[] s_columns = ["trace", "start", "took", "spans", "errors", "root"];

    // Within it, the time of day tells which day.
    private const long ClockOnlyMs = 20 * 3_600_000;

    public static async Task<int> RunAsync(BongsuClient client, string query, long fromMs, long toMs, int limit, string output, CancellationToken cancellationToken)
    {
        var path = $"/tempo/api/search?q={Uri.EscapeDataString(query)}&start={fromMs / 1000}&end={(toMs + 999) / 1000}&limit={limit}&spss=1";
        var (document, code) = await client.GetAsync(path, Console.Error, cancellationToken);
        if (document is null)
            return code;
        var format = toMs - fromMs > ClockOnlyMs ? "MM-dd HH:mm:ss" : "HH:mm:ss";
        var rows = document.RootElement.GetProperty("traces").EnumerateArray().Select(trace => Row(trace, format)).ToList();
        RowWriter.Write(Console.Out, output, JsonSerializer.SerializeToElement(rows), s_columns, Terminal.Of(Environment.GetEnvironmentVariable).Width);
        LogsCommand.Warn(document.RootElement);
        if (rows.Count == 0)
            Console.Error.WriteLine($"bongsu: no trace matches {query} in that time.");
        else if (rows.Count == limit)
            Console.Error.WriteLine($"bongsu: these are the newest {limit}; there may be more. Narrow the query, or give --limit.");
        return ExitCodes.Ok;
    }

    private static Dictionary<string, object?> Row(JsonElement trace, string format)
    {
        var startNanos = long.Parse(trace.GetProperty("startTimeUnixNano").GetString()!, CultureInfo.InvariantCulture);
        var services = trace.GetProperty("serviceStats").EnumerateObject().Select(service => service.Value).ToList();
        var durationMs = trace.GetProperty("durationMs").GetInt64();
        return new()
        {
            ["trace"] = trace.GetProperty("traceID").GetString(),
            ["start"] = TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddTicks(startNanos / 100), TimeProvider.System.LocalTimeZone).ToString(format, CultureInfo.InvariantCulture),
            ["took"] = durationMs == 0 ? "<1ms" : DurationText.Of(durationMs * 1_000_000),
            ["spans"] = services.Sum(service => service.GetProperty("spanCount").GetInt64()),
            ["errors"] = services.Sum(service => service.GetProperty("errorCount").GetInt64()),
            ["root"] = Terminal.Safe($"{trace.GetProperty("rootServiceName").GetString()} {trace.GetProperty("rootTraceName").GetString()}".Replace('\n', ' ')),
            ["startTimeUnixNano"] = startNanos.ToString(CultureInfo.InvariantCulture),
            ["durationMs"] = durationMs,
        };
    }
}
