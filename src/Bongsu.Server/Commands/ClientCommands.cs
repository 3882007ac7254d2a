using System.CommandLine;
using System.Text.Json;
using Bongsu.Server.Commands.Logs;
using Bongsu.Server.Commands.Traces;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands;

/// <summary>The verbs that ask a running server: most read one list of /bongsu/v1 and show some of its fields.</summary>
internal static class ClientCommands
{
    private static readonly Option<string?> Service = new("--service") { Description = "Only this service." };

    public static IEnumerable<Command> Create()
    {
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
        yield return LogsCommand.Create();
        yield return TracesCommand.Create();
    }

    private static Command List(string verb, string description, string path, string field, string[] columns, Func<JsonElement, bool> isProblem, Option<string?>? service = null)
    {
        var command = new Command(verb, description + " Exits with 3 when something is wrong.") { ClientOptions.Url, ClientOptions.Token, ClientOptions.Output };
        if (service is not null)
            command.Options.Add(service);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = ClientOptions.Client(parsed);
            var (document, code) = await client.GetAsync("/bongsu/v1/" + path + Query(service is null ? null : parsed.GetValue(service)), Console.Error, cancellationToken);
            if (document is null)
                return code;
            var rows = document.RootElement.GetProperty(field);
            RowWriter.Write(Console.Out, parsed.GetValue(ClientOptions.Output)!, rows, columns, Terminal.Of(Environment.GetEnvironmentVariable).Width);
            if (rows.GetArrayLength() == 0)
                Console.Error.WriteLine($"bongsu: no {field}.");
            return rows.EnumerateArray().Any(isProblem) ? ExitCodes.FoundProblem : ExitCodes.Ok;
        });
        return command;
    }

    private static string Query(string? service) => string.IsNullOrEmpty(service) ? "" : $"?service={Uri.EscapeDataString(service)}";
}
