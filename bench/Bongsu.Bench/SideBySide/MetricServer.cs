using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Bongsu.Bench.SideBySide;

/// <summary>One of the servers compared, running on loopback over a data directory of its own.</summary>
internal sealed class MetricServer : IAsyncDisposable
{
    public const string Bongsu = "bongsu";
    public const string Prometheus = "prometheus";
    public const string VictoriaMetrics = "victoria-metrics";

    public static readonly string[] All = [Bongsu, Prometheus, VictoriaMetrics];

    private readonly string _data;

    private MetricServer(string name, string data, string url, MeasuredProcess process) => (Name, _data, Url, Process) = (name, data, url, process);

    public string Name { get; }
    public string Url { get; }
    public MeasuredProcess Process { get; }

    public static bool IsInstalled(string name) =>
        name == Bongsu || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, name)));

    public static async Task<MetricServer> StartAsync(string name, string data, Scenario scenario, IReadOnlyList<string> bongsuSettings)
    {
        Directory.CreateDirectory(data);
        if (name == Bongsu)
        {
            var ours = await ServerUnderTest.StartAsync(data, ["--enable-admin-api", "true", .. scenario.BongsuSettings, .. bongsuSettings]);
            return new MetricServer(name, data, ours.Web, ours.Process);
        }
        var address = $"127.0.0.1:{FreePort()}";
        var process = System.Diagnostics.Process.Start(new ProcessStartInfo(name, Arguments(name, data, address, scenario)) { RedirectStandardError = true })!;
        var log = process.StandardError.ReadToEndAsync();
        var server = new MetricServer(name, data, $"http://{address}", new MeasuredProcess(process));
        await server.UntilReadyAsync(log);
        return server;
    }

    /// <summary>Bytes on disk of all that is stored, the index included, and how they were counted.</summary>
    public async Task<(long Bytes, string How)> StoredBytesAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        if (Name == VictoriaMetrics)
        {
            // Why: as settled as it gets, which is to its favour.
            await http.GetStringAsync(Url + "/internal/force_merge");
            await Process.UntilQuietAsync(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1));
            using var made = JsonDocument.Parse(await http.GetStringAsync(Url + "/snapshot/create"));
            return (SnapshotBytes(made.RootElement.GetProperty("snapshot").GetString()!), "snapshot after a merge");
        }
        using var answer = await http.PostAsync(Url + "/api/v1/admin/tsdb/snapshot", null);
        if (answer.IsSuccessStatusCode)
        {
            using var made = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return (SnapshotBytes(made.RootElement.GetProperty("data").GetProperty("name").GetString()!), "snapshot");
        }
        return (Name == Bongsu ? Size(_data) : throw new InvalidOperationException($"{Name} made no snapshot: {(int)answer.StatusCode}"), $"no snapshot ({(int)answer.StatusCode}): the whole data directory, log included");
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static string[] Arguments(string name, string data, string address, Scenario scenario)
    {
        if (name == VictoriaMetrics)
            return ["-httpListenAddr=" + address, "-storageDataPath=" + data, "-retentionPeriod=100y", "-search.disableCache", "-loggerLevel=ERROR", .. scenario.VictoriaMetricsSettings];
        var config = Path.Combine(data, "prometheus.yml");
        File.WriteAllText(config, "global: {}\n" + scenario.PrometheusConfig);
        return ["--web.listen-address=" + address, "--storage.tsdb.path=" + data, "--config.file=" + config, "--web.enable-remote-write-receiver", "--web.enable-admin-api", "--log.level=error"];
    }

    private async Task UntilReadyAsync(Task<string> log)
    {
        using var http = new HttpClient();
        var path = Name == VictoriaMetrics ? "/health" : "/-/ready";
        for (var tries = 0; tries < 600; tries++)
        {
            if (Process.HasExited)
                throw new InvalidOperationException($"{Name} ended: {await log}");
            try
            {
                if ((await http.GetAsync(Url + path)).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(100);
        }
        throw new InvalidOperationException($"{Name} was not ready within a minute");
    }

    private long SnapshotBytes(string snapshot)
    {
        var directories = Directory.EnumerateDirectories(_data, snapshot, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).ToList();
        var bytes = directories.Sum(Size);
        foreach (var directory in directories)
            Directory.Delete(directory, recursive: true);
        return directories.Count > 0 ? bytes : throw new InvalidOperationException($"{Name} has no snapshot {snapshot} under {_data}");
    }

    // Links are not followed: what they lead to is found under its own name.
    private static long Size(string directory) => new DirectoryInfo(directory)
        .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Sum(f => f.Length);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
