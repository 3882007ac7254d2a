using System.CommandLine;
using System.Net.Http.Headers;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>`bongsu logs ship`: sends the lines of standard input or of a file.</summary>
internal static class ShipCommand
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(60);

    private static readonly Option<string> Service = new("--service") { Description = "The service of lines that do not name theirs.", DefaultValueFactory = _ => "" };
    private static readonly Option<string> Environment = new("--env") { Description = "Likewise, the deployment environment.", DefaultValueFactory = _ => "" };
    private static readonly Option<string?> Source = new("--file") { Description = "Read this file, not standard input." };
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on with what is written to the file, also when it is rotated." };
    private static readonly Option<string> Multiline = new("--multiline") { Description = "auto joins stack traces and indented lines; off joins nothing; else the regular expression that the first line of a record matches.", DefaultValueFactory = _ => "auto" };
    private static readonly Option<string?> State = new("--state") { Description = "Keep in this file how far --file has been sent, and go on from there." };
    private static readonly Option<string> RetryFor = new("--retry-for") { Description = "How long a server that is down or full is tried; 0: for ever.", DefaultValueFactory = _ => "10m" };

    public static Command Create()
    {
        var command = new Command("ship", "Send log lines: app 2>&1 | bongsu logs ship --service app. Exits with 0 only when the server has acknowledged every line.")
        {
            Service, Environment, Source, Follow, Multiline, State, RetryFor, ClientOptions.Url, ClientOptions.Token,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (path, statePath) = (parsed.GetValue(Source), parsed.GetValue(State));
        if (path is null && (parsed.GetValue(Follow) || statePath is not null))
            return Refuse("--follow and --state need --file.");
        if (!LineJoin.TryParse(parsed.GetValue(Multiline)!, out var join, out var problem))
            return Refuse(problem!);
        if (!Units.TryParseDuration(parsed.GetValue(RetryFor)!, out var patience))
            return Refuse($"--retry-for: \"{parsed.GetValue(RetryFor)}\" is no duration; give such as 30s or 10m.");
        if (!Uri.TryCreate(parsed.GetValue(ClientOptions.Url)!.TrimEnd('/') + "/bongsu/v1/logs/jsonl?body=message" + Given("service", Service) + Given("env", Environment), UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https"))
            return Refuse($"--url: \"{parsed.GetValue(ClientOptions.Url)}\" is no http or https URL.");
        try
        {
            return await ShipAsync(parsed, path, statePath, join!, address, patience, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"bongsu: {e.Message}");
            return ExitCodes.Failed;
        }

        string Given(string name, Option<string> option) => parsed.GetValue(option) is { Length: > 0 } value ? $"&{name}={Uri.EscapeDataString(value)}" : "";
    }

    private static async Task<int> ShipAsync(ParseResult parsed, string? path, string? statePath, LineJoin join, Uri address, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = RequestTimeout };
        if (parsed.GetValue(ClientOptions.Token) is { Length: > 0 } token)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var source = path is null ? new InputLines(Console.OpenStandardInput(), TimeProvider.System)
            : (LineSource)new FileLines(path, parsed.GetValue(Follow), statePath is null ? null : ShipState.Load(statePath), TimeProvider.System,
                told => Console.Error.WriteLine($"bongsu: {told}."));
        var sender = new ShipSender(http, address, patience, TimeProvider.System);
        var progress = source is FileLines file && statePath is not null ? new ShipProgress(file, statePath) : null;
        return await new Shipper(source, join, sender, batch => progress?.Acknowledged(batch), Console.Error, TimeProvider.System).RunAsync(cancellationToken);
    }

    private static int Refuse(string problem)
    {
        Console.Error.WriteLine($"bongsu: {problem}");
        return ExitCodes.Usage;
    }
}
