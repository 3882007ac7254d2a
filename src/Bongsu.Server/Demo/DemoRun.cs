using System.Net;
using System.Net.Sockets;
using Bongsu.Server.Configuration;
using Bongsu.Server.Hosting;

namespace Bongsu.Server.Demo;

/// <summary>
/// The whole demo as processes of its own: a private PostgreSQL, the server, the shop's services and their customers. A server that ends is started
/// again on the same addresses and data, as a service manager would.
/// </summary>
internal sealed class DemoRun(DemoPaths paths, DemoAddresses addresses, double rate, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly List<ChildProcess> _children = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<string> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DemoControl? _control;
    private DemoDatabase? _database;
    private Task? _server;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(DemoPaths.Shop))
        {
            Console.Error.WriteLine($"bongsu: the shop is not built ({DemoPaths.Shop} is missing). Run ./bongsu demo from a checkout, which builds it.");
            return ExitCodes.Failed;
        }
        Directory.CreateDirectory(paths.Logs);
        var faults = await DemoFault.ReadAsync(cancellationToken);
        var shop = new DemoShop(this, faults);
        _control = await DemoControl.StartAsync(shop, paths);
        DemoConfiguration.Write(paths, _control.WebhookUrl);
        _database = await DemoDatabase.StartAsync(this, cancellationToken);
        if (_database.Why is { } why)
            Console.WriteLine($"no database: {why}. The faults that need one are not available: {string.Join(", ", faults.Where(f => f.NeedsDatabase).Select(f => f.Name))}.");
        _server = KeepServerAsync();
        var first = await Task.WhenAny(_listening.Task, _server);
        if (first == _server)
            return ExitCodes.Failed;
        var listening = ParseListening(await _listening.Task);
        await shop.StartAsync(listening["otlp-http"], _database.ConnectionString, rate, cancellationToken);
        Announce(listening["web"]);
        await File.WriteAllTextAsync(paths.Control, _control.Url, cancellationToken);
        await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken), _server);
        return cancellationToken.IsCancellationRequested ? ExitCodes.Ok : ExitCodes.Failed;
    }

    /// <summary>Starts a process that ends with the demo; its output goes to a log file under its name.</summary>
    public ChildProcess Start(string name, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, Action<string>? onLine = null)
    {
        var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(paths.Logs, name + ".log"), append: true) { AutoFlush = true });
        var child = ChildProcess.Start(name, command, environment, line =>
        {
            log.WriteLine(line);
            onLine?.Invoke(line);
        });
        lock (_children)
            _children.Add(child);
        return child;
    }

    public async Task StopAsync(ChildProcess child)
    {
        lock (_children)
            _children.Remove(child);
        await child.StopAsync(StopPatience);
        child.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(paths.Control);
        await _stopping.CancelAsync();
        List<ChildProcess> children;
        lock (_children)
            children = [.. _children];
        await Task.WhenAll(children.Where(c => c.Name != DemoDatabase.ProcessName).Select(StopAsync));
        await Task.WhenAll(children.Where(c => c.Name == DemoDatabase.ProcessName).Select(StopAsync));
        if (_control is not null)
            await _control.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task KeepServerAsync()
    {
        var (web, otlpHttp, otlpGrpc) = addresses;
        while (!_stopping.IsCancellationRequested)
        {
            string[] command = ["dotnet", DemoPaths.Server, "serve", "--demo", "--data", paths.Data, "--config", paths.Config, "--listen", web, "--otlp-http", otlpHttp, "--otlp-grpc", otlpGrpc];
            var child = Start("server", command, new Dictionary<string, string>(), OnLine);
            await child.Exited;
            if (!_listening.Task.IsCompleted)
            {
                Console.Error.WriteLine($"bongsu: the server did not start; its last words are in {Path.Combine(paths.Logs, "server.log")}.");
                return;
            }
            // The next one must be found where this one was, though the first may have taken any free ports.
            var listening = ParseListening(await _listening.Task);
            (web, otlpHttp, otlpGrpc) = (new Uri(listening["web"]).Authority, new Uri(listening["otlp-http"]).Authority, new Uri(listening["otlp-grpc"]).Authority);
            if (_stopping.IsCancellationRequested)
                return;
            Console.WriteLine("the server ended; starting it again on the same data");
            await Task.Delay(RestartPause, time);
        }
    }

    private void OnLine(string line)
    {
        if (line.StartsWith("listening ", StringComparison.Ordinal))
            _listening.TrySetResult(line);
        else if (!_listening.Task.IsCompleted)
            Console.Error.WriteLine(line);
    }

    private static Dictionary<string, string> ParseListening(string line) =>
        line.Split(' ').Skip(1).Select(part => part.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    private void Announce(string web)
    {
        Console.WriteLine($"""
            Bongsu {BongsuVersion.Text} is watching a shop of five services at {rate:0.#} requests a second.

              open   {web}
              break  ./bongsu demo fault on payments-slow
              mend   ./bongsu demo fault off payments-slow
              logs   {paths.Logs}

            Ctrl-C ends everything; the data stays in {paths.Root}.
            """);
    }
}
