using System.Diagnostics;
using System.Globalization;

namespace Bongsu.Bench;

/// <summary>A server in a process of its own, with its CPU time and memory as Linux counts them.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private const double TicksPerSecond = 100; // USER_HZ on every Linux that .NET runs on

    private readonly Process _process;

    private ServerUnderTest(Process process) => _process = process;

    public string Web { get; private set; } = "";
    public string OtlpHttp { get; private set; } = "";
    public TimeSpan StartToReady { get; private set; }

    public static async Task<ServerUnderTest> StartAsync(string data)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "Bongsu.Server", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "bongsu.dll");
        string[] arguments = [program, "serve", "--data", data, "--config", Path.Combine(data, "config"), "--listen", "127.0.0.1:0", "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0"];
        var clock = Stopwatch.StartNew();
        var server = new ServerUnderTest(Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!);
        var line = await server._process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server ended at once.");
        foreach (var part in line.Split(' '))
        {
            if (part.StartsWith("web=", StringComparison.Ordinal))
                server.Web = part["web=".Length..];
            if (part.StartsWith("otlp-http=", StringComparison.Ordinal))
                server.OtlpHttp = part["otlp-http=".Length..];
        }
        _ = server._process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        while (!(await http.GetAsync(server.Web + "/readyz")).IsSuccessStatusCode)
            await Task.Delay(20);
        server.StartToReady = clock.Elapsed;
        return server;
    }

    /// <summary>User and system time so far.</summary>
    public double CpuSeconds
    {
        get
        {
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
    }

    public double ResidentMegabytes => Status("VmRSS");

    public double PeakMegabytes => Status("VmHWM");

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private double Status(string key) => double.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(key + ":", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) * 1024 / 1e6;
}
