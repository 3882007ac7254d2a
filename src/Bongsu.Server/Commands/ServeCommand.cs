using System.CommandLine;
using Bongsu.Server.Configuration;
using Bongsu.Server.Hosting;

namespace Bongsu.Server.Commands;

/// <summary>`bongsu serve`: the server itself.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var flags = Setting.All.ToDictionary(s => s, s => new Option<string?>(s.Flag)
        {
            Description = $"{s.Description} [{s.Variable}; default: {(s.Default.Length == 0 ? "none" : s.Default)}]",
            Arity = s == Setting.Demo ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
        });
        var command = new Command("serve", "Run the server. Every flag has an environment variable of the same meaning.");
        foreach (var setting in Setting.All)
            command.Options.Add(flags[setting]);
        command.SetAction((parsed, cancellationToken) => RunAsync(setting => Value(parsed, setting, flags[setting]), cancellationToken));
        return command;
    }

    /// <summary>Bad flags of `serve` are configuration problems, told together with the others.</summary>
    public static IEnumerable<ConfigurationProblem> FlagProblems(ParseResult parsed) =>
        parsed.Errors.Select(e => new ConfigurationProblem("command line", e.Message));

    private static string? Value(ParseResult parsed, Setting setting, Option<string?> option)
    {
        if (parsed.GetResult(option) is not { Implicit: false })
            return null;
        return setting == Setting.Demo ? parsed.GetValue(option) ?? "true" : parsed.GetValue(option);
    }

    private static async Task<int> RunAsync(Func<Setting, string?> flag, CancellationToken cancellationToken)
    {
        ServerOptions options;
        try
        {
            options = new ServerOptionsReader(flag, Environment.GetEnvironmentVariable).Read();
        }
        catch (ConfigurationException e)
        {
            return Report(e.Problems);
        }
        try
        {
            await using var host = await BongsuHost.StartAsync(options, TimeProvider.System, cancellationToken);
            Console.WriteLine($"listening web={host.WebUrl} otlp-http={host.OtlpHttpUrl} otlp-grpc={host.OtlpGrpcUrl}");
            foreach (var note in host.Notes)
                Console.WriteLine(note);
            await host.WaitForShutdownAsync();
            return ExitCodes.Ok;
        }
        catch (ConfigurationException e)
        {
            return Report(e.Problems);
        }
        catch (IOException e)
        {
            Console.Error.WriteLine($"bongsu: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    public static int Report(IReadOnlyCollection<ConfigurationProblem> problems)
    {
        Console.Error.WriteLine(problems.Count == 1 ? "bongsu: 1 problem with the configuration:" : $"bongsu: {problems.Count} problems with the configuration:");
        foreach (var problem in problems)
            Console.Error.WriteLine($"  {problem}");
        return ExitCodes.Configuration;
    }
}
