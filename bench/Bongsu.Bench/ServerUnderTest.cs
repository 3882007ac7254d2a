using System.Diagnostics;

namespace Bongsu.Bench;

/// <summary>Our server in a process of its own, on free loopback ports.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    /// <summary>Names another build of the server (its bongsu.dll) to measure than the one of this checkout.</summary>
    private const string ProgramVariable = "BONGSU_BENCH_SERVER";

    private ServerUnderTest(MeasuredProcess process, string data) => (Process, DataDirectory) = (process, data);

    public MeasuredProcess Process { get; }
    public string DataDirectory { get; }
    public string Web { get; private set; } = "";
    public string OtlpHttp { get; private set; } = "";
    public TimeSpan StartToReady { get; private set; }

    public static async Task<ServerUnderTest> StartAsync(string data, params string[] settings)
    {
        var program = Environment.GetEnvironmentVariable(ProgramVariable) ?? Path.Combine(AppContext.BaseDirectory, "..", "..", "Bongsu.Server", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "bongsu.dll");
        string[] arguments = [program, "serve", "--data", data, "--config", Path.Combine(data, "config"), "--listen", "127.0.0.1:0", "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0", .. settings];
        var clock = Stopwatch.StartNew();
        var process = System.Diagnostics.Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var server = new ServerUnderTest(new MeasuredProcess(process), data);
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server ended at once.");
        foreach (var part in line.Split(' '))
        {
            if (part.StartsWith("web=", StringComparison.Ordinal))
                server.Web = part["web=".Length..];
            if (part.StartsWith("otlp-http=", StringComparison.Ordinal))
                server.OtlpHttp = part["otlp-http=".Length..];
        }
        _ = process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        while (!(await http.GetAsync(server.Web + "/readyz")).IsSuccessStatusCode)
            await Task.Delay(20);
        server.StartToReady = clock.Elapsed;
        return server;
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
