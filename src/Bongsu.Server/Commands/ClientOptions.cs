using System.CommandLine;
using System.Globalization;
using Bongsu.Server.Api.Operations;

namespace Bongsu.Server.Commands;

/// <summary>The options that every verb which asks a server has, and those of time.</summary>
internal static class ClientOptions
{
    public static readonly Option<string> Url = new("--url") { Description = "Address of the server [BONGSU_URL].", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("BONGSU_URL") ?? "http://127.0.0.1:4380" };
    public static readonly Option<string?> Token = new("--token") { Description = "Access token [BONGSU_TOKEN].", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("BONGSU_TOKEN") };
    public static readonly Option<string> Output = Formats();
    public static readonly Option<string> Since = new("--since") { Description = "How far back to look: 15m, 1h, 2d.", DefaultValueFactory = _ => "1h" };
    public static readonly Option<string?> From = new("--from") { Description = $"The first time, instead of --since: {TimeParameter.Forms}." };
    public static readonly Option<string?> To = new("--to") { Description = "The last time [default: now]." };

    public static BongsuClient Client(ParseResult parsed) => new(parsed.GetValue(Url)!, parsed.GetValue(Token));

    /// <summary>The stretch of time that was asked for, ms since the epoch; null, and a sentence on standard error, when it is none.</summary>
    public static (long FromMs, long ToMs)? Range(ParseResult parsed, TimeProvider time)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var (since, from, to) = (parsed.GetValue(Since)!, parsed.GetValue(From), parsed.GetValue(To));
        var (toMs, fromMs, sinceMs) = (nowMs, 0L, 0L);
        string? problem = null;
        if (to is not null && !TimeParameter.TryParse(to, nowMs, out toMs))
            problem = $"--to: \"{to}\" is no time; give {TimeParameter.Forms}";
        else if (from is not null && !TimeParameter.TryParse(from, nowMs, out fromMs))
            problem = $"--from: \"{from}\" is no time; give {TimeParameter.Forms}";
        else if (from is null && !TimeParameter.TryDuration(since, out sinceMs))
            problem = $"--since: \"{since}\" is no duration; give such as 15m, 1h or 2d";
        if (from is null)
            fromMs = toMs - sinceMs;
        if (problem is null && fromMs >= toMs)
            problem = "--from must be before --to";
        if (problem is null)
            return (fromMs, toMs);
        Console.Error.WriteLine($"bongsu: {problem}.");
        return null;
    }

    /// <summary>Several words of a command line as the one query they were typed as.</summary>
    public static string Joined(string[]? words) => string.Join(' ', words ?? []).Trim();

    /// <summary>Ms since the epoch as ns.</summary>
    public static string Nanos(long ms) => (ms * 1_000_000).ToString(CultureInfo.InvariantCulture);

    private static Option<string> Formats()
    {
        var option = new Option<string>("--output", "-o") { Description = "table, json, jsonl or csv.", DefaultValueFactory = _ => "table" };
        option.AcceptOnlyFromAmong("table", "json", "jsonl", "csv");
        return option;
    }
}
