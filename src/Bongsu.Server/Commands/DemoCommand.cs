using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using Bongsu.Server.Configuration;
using Bongsu.Server.Demo;

namespace Bongsu.Server.Commands;

/// <summary>`bongsu demo`: the server with the shop and its traffic; `bongsu demo fault list|on NAME|off NAME` switches the shop's faults.</summary>
internal static class DemoCommand
{
    private static readonly Option<string?> DirectoryOption = new("--directory") { Description = "Where the demo keeps its data and logs [default: .demo]." };

    public static Command Create()
    {
        var listen = new Option<string?>("--listen") { Description = $"Address of the web page [{Setting.Listen.Variable}; default: {Setting.Listen.Default}]." };
        var otlpHttp = new Option<string?>("--otlp-http") { Description = $"Address of OTLP over HTTP [{Setting.OtlpHttp.Variable}; default: {Setting.OtlpHttp.Default}]." };
        var otlpGrpc = new Option<string?>("--otlp-grpc") { Description = $"Address of OTLP over gRPC [{Setting.OtlpGrpc.Variable}; default: {Setting.OtlpGrpc.Default}]." };
        var rate = new Option<double>("--rate") { Description = "Requests a second that the shop's customers make.", DefaultValueFactory = _ => 20 };
        var command = new Command("demo", "Run the server with a shop of five services and its traffic, until Ctrl-C.") { listen, otlpHttp, otlpGrpc, rate, DirectoryOption };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = DemoPaths.Of(parsed.GetValue(DirectoryOption));
            var addresses = new DemoAddresses(
                Address(parsed.GetValue(listen), Setting.Listen), Address(parsed.GetValue(otlpHttp), Setting.OtlpHttp), Address(parsed.GetValue(otlpGrpc), Setting.OtlpGrpc));
            await using var demo = new DemoRun(paths, addresses, parsed.GetValue(rate), TimeProvider.System);
            return await demo.RunAsync(cancellationToken);
        });
        command.Subcommands.Add(Fault());
        return command;
    }

    private static string Address(string? flag, Setting setting) => flag ?? Environment.GetEnvironmentVariable(setting.Variable) ?? setting.Default;

    private static Command Fault()
    {
        var fault = new Command("fault", "Switch the faults of the shop.");
        var list = new Command("list", "The faults, and which are on.") { DirectoryOption };
        list.SetAction((parsed, cancellationToken) => ListAsync(DemoPaths.Of(parsed.GetValue(DirectoryOption)), cancellationToken));
        fault.Subcommands.Add(list);
        fault.Subcommands.Add(Switch("on", true));
        fault.Subcommands.Add(Switch("off", false));
        return fault;
    }

    private static Command Switch(string verb, bool on)
    {
        var name = new Argument<string>("name") { Description = "As `bongsu demo fault list` shows it." };
        var command = new Command(verb, on ? "Break something." : "Mend it.") { name, DirectoryOption };
        command.SetAction((parsed, cancellationToken) => AskAsync(DemoPaths.Of(parsed.GetValue(DirectoryOption)), async (http, control) =>
        {
            var response = await http.PostAsJsonAsync($"{control}/faults/{Uri.EscapeDataString(parsed.GetValue(name)!)}", new FaultSwitch(on), cancellationToken);
            Console.WriteLine(await response.Content.ReadAsStringAsync(cancellationToken));
            return response.IsSuccessStatusCode ? ExitCodes.Ok : ExitCodes.Failed;
        }));
        return command;
    }

    private static Task<int> ListAsync(DemoPaths paths, CancellationToken cancellationToken) => AskAsync(paths, async (http, control) =>
    {
        var faults = await http.GetFromJsonAsync<JsonElement>($"{control}/faults", cancellationToken);
        RowWriter.Write(Console.Out, "table", faults, ["name", "state", "description"]);
        return ExitCodes.Ok;
    });

    private static async Task<int> AskAsync(DemoPaths paths, Func<HttpClient, string, Task<int>> ask)
    {
        if (!File.Exists(paths.Control))
        {
            Console.Error.WriteLine($"bongsu: no demo is running from {paths.Root}. Start one with `bongsu demo`.");
            return ExitCodes.Unreachable;
        }
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(1) };
        try
        {
            return await ask(http, (await File.ReadAllTextAsync(paths.Control)).Trim());
        }
        catch (HttpRequestException)
        {
            Console.Error.WriteLine($"bongsu: the demo of {paths.Root} does not answer; it has probably ended. Start it again with `bongsu demo`.");
            return ExitCodes.Unreachable;
        }
    }
}
