using System.CommandLine;
using System.Text.Json;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands.Logs;

/// <summary>`bongsu logs QUERY`: finds log lines, follows them, or shows what they have in common.</summary>
internal static class LogsCommand
{
    private const int MostLines = 5_000;

    private static readonly Argument<string[]> Query = new("query")
    {
        Description = "LogQL, or words that the line holds. Without any: every line.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on showing lines as they come, until Ctrl-C." };
    private static readonly Option<int> Limit = new("--limit") { Description = $"Most lines, the newest; up to {MostLines}.", DefaultValueFactory = _ => 100 };
    private static readonly Option<bool> Patterns = new("--patterns") { Description = "Show what lines say, how many say it, and what is new, instead of the lines." };

    public static Command Create()
    {
        var command = new Command("logs", "Find log lines: bongsu logs timeout · bongsu logs '{service_name=\"shop\"} | json | status >= 500' -f")
        {
            Query, Follow, ClientOptions.Since, ClientOptions.From, ClientOptions.To, Limit, Patterns, ClientOptions.Url, ClientOptions.Token, ClientOptions.Output,
        };
        command.SetAction(RunAsync);
        command.Subcommands.Add(Ship.ShipCommand.Create());
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var limit = parsed.GetValue(Limit);
        if (limit is < 1 or > MostLines)
        {
            Console.Error.WriteLine($"bongsu: --limit: give a number from 1 to {MostLines}.");
            return ExitCodes.Usage;
        }
        if (ClientOptions.Range(parsed, TimeProvider.System) is not { } range)
            return ExitCodes.Usage;
        var words = ClientOptions.Joined(parsed.GetValue(Query));
        using var client = ClientOptions.Client(parsed);
        if (parsed.GetValue(Patterns))
            return await PatternRows.RunAsync(client, words, range.FromMs, range.ToMs, parsed.GetValue(ClientOptions.Output)!, cancellationToken);
        var writer = new LogWriter(Console.Out, Terminal.Of(Environment.GetEnvironmentVariable), TimeProvider.System.LocalTimeZone);
        var query = LogQuery.Of(words);
        return parsed.GetValue(Follow)
            ? await new LogTail(client, query, limit, writer, parsed.GetValue(ClientOptions.Output)!).RunAsync(range.FromMs, cancellationToken)
            : await FindAsync(client, query, range, limit, writer, parsed, cancellationToken);
    }

    private static async Task<int> FindAsync(BongsuClient client, string query, (long FromMs, long ToMs) range, int limit, LogWriter writer, ParseResult parsed, CancellationToken cancellationToken)
    {
        var output = parsed.GetValue(ClientOptions.Output)!;
        var path = $"/loki/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={ClientOptions.Nanos(range.FromMs)}&end={ClientOptions.Nanos(range.ToMs)}&limit={limit}&direction=backward&discovered_labels=true";
        var (document, code) = await client.GetAsync(path, Console.Error, cancellationToken);
        if (document is null)
            return code;
        var root = document.RootElement;
        if (root.GetProperty("data").GetProperty("resultType").GetString() != "streams")
            return await MetricRows.RunAsync(client, query, range.ToMs, output, cancellationToken);
        var rows = LogRow.Of(root.GetProperty("data").GetProperty("result"));
        writer.Write(rows, output);
        Warn(root);
        if (rows.Count == 0)
            Console.Error.WriteLine($"bongsu: no line matches {query} in that time.");
        else if (rows.Count == limit)
            Console.Error.WriteLine($"bongsu: these are the newest {limit}; there may be more. Narrow the query, or give --limit.");
        return ExitCodes.Ok;
    }

    public static void Warn(JsonElement answer)
    {
        if (!answer.TryGetProperty("warnings", out var warnings))
            return;
        foreach (var warning in warnings.EnumerateArray())
            Console.Error.WriteLine($"bongsu: {Terminal.Safe(warning.GetString() ?? "")}");
    }
}
