using System.CommandLine;
using Bongsu.Server.Configuration;
using Bongsu.Server.Hosting;

namespace Bongsu.Server.Commands;

/// <summary>`bongsu serve`: the server itself.</summary>
internal static class ServeCommand
{
    private static readonly IReadOnlyDictionary<Setting, Option<string?>> Flags = Setting.All.ToDictionary(s => s, s => new Option<string?>(s.Flag)
    {
        Description = $"{s.Description} [{s.Variable}; default: {(s.Default.Length == 0 ? "none" : s.Default)}]",
        Arity = s.IsSwitch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
    });

    public static Command Create()
    {
        var command = new Command("serve", "Run the server. Every flag has an environment variable of the same meaning.");
        foreach (var setting in Setting.All)
            command.Options.Add(Flags[setting]);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, cancellationToken));
        return command;
    }

    /// <summary>Bad flags of `serve` are configuration problems, told together with all the others.</summary>
    public static int Refuse(ParseResult parsed) => Report([.. parsed.Errors.Select(e => new ConfigurationProblem("command line", e.Message)), .. Problems(parsed)]);

    // What can be checked without opening anything: the settings, and the files they point to.
    private static List<ConfigurationProblem> Problems(ParseResult parsed)
    {
        var problems = new List<ConfigurationProblem>();
        Gather(() => new ServerOptionsReader(s => Value(parsed, s), Environment.GetEnvironmentVariable).Read());
        Gather(() => DefinitionCheck.Read(Path.GetFullPath(Given(Setting.Config)), Given(Setting.PromQlExperimental) == "true"));
        return problems;

        string Given(Setting setting) => Value(parsed, setting) ?? Environment.GetEnvironmentVariable(setting.Variable) ?? setting.Default;

        void Gather(Action read)
        {
            try
            {
                read();
            }
            catch (ConfigurationException e)
            {
                problems.AddRange(e.Problems);
            }
        }
    }

    private static string? Value(ParseResult parsed, Setting setting)
    {
        var option = Flags[setting];
        if (parsed.GetResult(option) is not { Implicit: false } given)
            return null;
        var value = given.Tokens.Count > 0 ? given.Tokens[0].Value : null;
        return value ?? (setting.IsSwitch ? "true" : null);
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (Problems(parsed) is { Count: > 0 } problems)
            return Report(problems);
        var options = new ServerOptionsReader(s => Value(parsed, s), Environment.GetEnvironmentVariable).Read();
        try
        {
            await using var host = await BongsuHost.StartAsync(options, TimeProvider.System, cancellationToken);
            Console.WriteLine($"listening web={host.WebUrl} otlp-http={host.OtlpHttpUrl} otlp-grpc={host.OtlpGrpcUrl}" + (host.SyslogAddress is { } syslog ? $" syslog={syslog}" : ""));
            foreach (var note in host.Notes)
                Console.WriteLine(note);
            await host.WaitForShutdownAsync();
            return ExitCodes.Ok;
        }
        catch (IOException e)
        {
            Console.Error.WriteLine($"bongsu: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    private static int Report(IReadOnlyCollection<ConfigurationProblem> problems)
    {
        Console.Error.WriteLine(problems.Count == 1 ? "bongsu: 1 problem with the configuration:" : $"bongsu: {problems.Count} problems with the configuration:");
        foreach (var problem in problems)
            Console.Error.WriteLine($"  {problem}");
        return ExitCodes.Configuration;
    }
}
