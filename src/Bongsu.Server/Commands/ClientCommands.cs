using System.CommandLine;
using System.Text.Json;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands;

/// <summary>The verbs that ask a running server: each reads one list of /bongsu/v1 and shows some of its fields.</summary>
internal static class ClientCommands
{
    private static readonly Option<string> Url = new("--url") { Description = "Address of the server [BONGSU_URL].", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("BONGSU_URL") ?? "http://127.0.0.1:4380" };
    private static readonly Option<string?> Token = new("--token") { Description = "Access token [BONGSU_TOKEN].", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("BONGSU_TOKEN") };
    private static readonly Option<string> Output = new("--output", "-o") { Description = "table, json, jsonl or csv.", DefaultValueFactory = _ => "table" };

    private static readonly Option<string?> Service = new("--service") { Description = "Only this service." };

    public static IEnumerable<Command> Create()
    {
        Output.AcceptOnlyFromAmong("table", "json", "jsonl", "csv");
        yield return List("services", "Services by trouble.", "services", "services",
            ["name", "state", "version", "rate.value", "errorRatio.value", "p95Seconds.value", "sloBudgetLeft"],
            row => row.GetProperty("state").GetString() is "failing");
        yield return List("slos", "Objectives with the budget that is left.", "slos", "slos",
            ["id", "service", "objective", "state", "budgetLeft", "badEvents", "allowedBadEvents"],
            row => row.GetProperty("state").GetString() is "burning" or "exhausted");
        yield return List("alerts", "Alerts that are pending or firing.", "alerts", "alerts",
            ["name", "service", "severity", "state", "summary.text", "incident"],
            row => row.GetProperty("state").GetString() is "firing");
        yield return List("incidents", "Open incidents.", "incidents?status=open", "incidents",
            ["id", "severity", "status", "title", "cause.sentence"],
            _ => true);
        yield return List("lint", "Faults of logs and spans as they come in, each with an example and the fix.", "lint", "findings",
            ["service", "signal", "rule", "count", "checked", "example", "fix"],
            _ => true, Service);
    }

    private static Command List(string verb, string description, string path, string field, string[] columns, Func<JsonElement, bool> isProblem, Option<string?>? service = null)
    {
        var command = new Command(verb, description + " Exits with 3 when something is wrong.") { Url, Token, Output };
        if (service is not null)
            command.Options.Add(service);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new BongsuClient(parsed.GetValue(Url)!, parsed.GetValue(Token));
            var (document, code) = await client.GetAsync("/bongsu/v1/" + path + Query(service is null ? null : parsed.GetValue(service)), Console.Error, cancellationToken);
            if (document is null)
                return code;
            var rows = document.RootElement.GetProperty(field);
            RowWriter.Write(Console.Out, parsed.GetValue(Output)!, rows, columns);
            return rows.EnumerateArray().Any(isProblem) ? ExitCodes.FoundProblem : ExitCodes.Ok;
        });
        return command;
    }

    private static string Query(string? service) => string.IsNullOrEmpty(service) ? "" : $"?service={Uri.EscapeDataString(service)}";
}
