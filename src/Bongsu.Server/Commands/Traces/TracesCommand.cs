using System.CommandLine;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands.Traces;

/// <summary>`bongsu traces search` and `bongsu traces show`.</summary>
internal static class TracesCommand
{
    private const int MostTraces = 1_000;

    private static readonly Argument<string[]> Query = new("query") { Description = "TraceQL; without braces, the condition that a span meets.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<int> Limit = new("--limit") { Description = $"Most traces, the newest; up to {MostTraces}.", DefaultValueFactory = _ => 20 };
    private static readonly Argument<string> Id = new("id") { Description = "Trace id, 1 to 32 hexadecimal digits." };
    private static readonly Option<bool> CriticalPath = new("--critical-path") { Description = "Only what the trace waited for, in order." };

    public static Command Create()
    {
        var traces = new Command("traces", "Find traces, and read one.");
        var search = new Command("search", "Find traces: bongsu traces search 'status = error && duration > 1s'")
        {
            Query, ClientOptions.Since, ClientOptions.From, ClientOptions.To, Limit, ClientOptions.Url, ClientOptions.Token, ClientOptions.Output,
        };
        search.SetAction(SearchAsync);
        var show = new Command("show", "One trace as a tree of spans with their times; * marks the critical path, ! an error.")
        {
            Id, CriticalPath, ClientOptions.Url, ClientOptions.Token, ClientOptions.Output,
        };
        show.SetAction(ShowAsync);
        traces.Subcommands.Add(search);
        traces.Subcommands.Add(show);
        return traces;
    }

    private static async Task<int> SearchAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var limit = parsed.GetValue(Limit);
        if (limit is < 1 or > MostTraces)
        {
            Console.Error.WriteLine($"bongsu: --limit: give a number from 1 to {MostTraces}.");
            return ExitCodes.Usage;
        }
        if (ClientOptions.Range(parsed, TimeProvider.System) is not { } range)
            return ExitCodes.Usage;
        var query = ClientOptions.Joined(parsed.GetValue(Query));
        if (!query.Contains('{'))
            query = query.Trim().Length == 0 ? "{ }" : $"{{ {query} }}";
        using var client = ClientOptions.Client(parsed);
        return await TraceRows.RunAsync(client, query, range.FromMs, range.ToMs, limit, parsed.GetValue(ClientOptions.Output)!, cancellationToken);
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var id = parsed.GetValue(Id)!;
        if (id.Length is 0 or > 32 || !id.All(char.IsAsciiHexDigit))
        {
            Console.Error.WriteLine($"bongsu: \"{Terminal.Safe(id)}\" is no trace id; one has 1 to 32 hexadecimal digits.");
            return ExitCodes.Usage;
        }
        using var client = ClientOptions.Client(parsed);
        var (analysis, code) = await client.GetAsync($"/bongsu/v1/traces/{id}/analysis", Console.Error, cancellationToken);
        if (analysis is null)
            return code;
        (var trace, code) = await client.GetAsync($"/tempo/api/v2/traces/{id}", Console.Error, cancellationToken);
        if (trace is null)
            return code;
        var view = TraceView.Of(analysis.RootElement, trace.RootElement);
        new TraceWriter(Console.Out, Terminal.Of(Environment.GetEnvironmentVariable), TimeProvider.System.LocalTimeZone).Write(view, parsed.GetValue(CriticalPath), parsed.GetValue(ClientOptions.Output)!);
        return ExitCodes.Ok;
    }
}
