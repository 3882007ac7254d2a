using System.CommandLine;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands;

/// <summary>The command line of `bongsu`: every verb, in the order of the help text.</summary>
internal static class CommandLine
{
    // Draining, and for the demo the stop of every process, must not be cut short.
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync(string[] args)
    {
        var serve = ServeCommand.Create();
        var root = new RootCommand("Bongsu: takes in telemetry, tells what is wrong and why, and carries you through the incident.")
        {
            serve,
            DemoCommand.Create(),
        };
        foreach (var client in ClientCommands.Create())
            root.Subcommands.Add(client);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0)
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopPatience });
        if (parsed.CommandResult.Command == serve)
            return ServeCommand.Refuse(parsed);
        foreach (var error in parsed.Errors)
            Console.Error.WriteLine($"bongsu: {error.Message}");
        Console.Error.WriteLine("See `bongsu --help`.");
        return ExitCodes.Usage;
    }
}
