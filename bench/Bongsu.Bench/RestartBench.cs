using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Bongsu.Bench.SideBySide;

namespace Bongsu.Bench;

/// <summary>
/// What a crash costs: a server takes samples of one window, so that all of them are in its log and none in a block, is killed, and starts again. With a
/// quarter, half and all of the samples, so that the table says whether the cost is in proportion.
/// </summary>
internal static class RestartBench
{
    private const int Starts = 3;
    private const int Connections = 2;
    private const int WindowScrapes = 480;

    // 64 instances of 500 series, each scraped every 15 s for two hours: 15.4 million samples.
    private const int DefaultInstances = 64;

    public static async Task<int> RunAsync(string[] args)
    {
        var instances = args is ["--instances", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultInstances;
        Console.WriteLine($"{"samples",12}{"log MB",10}{"ready s",10}{"CPU s",8}{"CPU-s/million",16}{"peak MB",10}");
        foreach (var scrapes in (int[])[WindowScrapes / 4, WindowScrapes / 2, WindowScrapes])
        {
            var directory = Directory.CreateTempSubdirectory("bongsu-restart-").FullName;
            try
            {
                var data = new MetricDataSet { Instances = instances, Scrapes = scrapes, EndMs = MetricDataSet.LastBoundaryMs(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()) };
                await FillAsync(data, directory);
                await MeasureAsync(data, directory);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }
        return 0;
    }

    private static async Task FillAsync(MetricDataSet data, string directory)
    {
        var bodies = await Task.WhenAll(Enumerable.Range(0, Connections).Select(c =>
            Task.Run(() => MetricBodies.Make(Path.Combine(directory, $"bodies-{c}"), data, c, Connections))));
        await using var server = await ServerUnderTest.StartAsync(Path.Combine(directory, "data"));
        await new RemoteWriteLoad(server.Web + "/api/v1/write", bodies).RunAsync();
        foreach (var body in bodies)
            body.Dispose();
    }

    // The best of some starts: what else the machine does only ever adds.
    private static async Task MeasureAsync(MetricDataSet data, string directory)
    {
        var (ready, cpu, peak) = (double.MaxValue, double.MaxValue, 0.0);
        var log = new DirectoryInfo(Path.Combine(directory, "data", "wal")).EnumerateFiles("metrics-*").Sum(f => f.Length);
        for (var start = 0; start < Starts; start++)
        {
            await using var server = await ServerUnderTest.StartAsync(Path.Combine(directory, "data"));
            cpu = Math.Min(cpu, server.Process.CpuSeconds);
            ready = Math.Min(ready, server.StartToReady.TotalSeconds);
            peak = Math.Max(peak, server.Process.PeakMegabytes);
            if (start == 0)
                await CheckAsync(server, data);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{data.Samples,12:N0}{log / 1e6,10:0.0}{ready,10:0.00}{cpu,8:0.00}{cpu / data.Samples * 1e6,16:0.000}{peak,10:0}"));
    }

    private static async Task CheckAsync(ServerUnderTest server, MetricDataSet data)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        var query = Uri.EscapeDataString("sum(count_over_time({__name__=~\"http_.+|app_.+\"}[2h]))");
        using var answer = JsonDocument.Parse(await http.GetStringAsync($"{server.Web}/api/v1/query?query={query}&time={data.EndMs / 1000}"));
        var found = answer.RootElement.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString();
        if (found != data.Samples.ToString(CultureInfo.InvariantCulture))
            throw new InvalidOperationException($"{found} of {data.Samples} samples are there after the restart");
        if (Directory.GetFiles(Path.Combine(server.DataDirectory, "blocks"), "*.block").Length > 0)
            throw new InvalidOperationException("a block was sealed: not all of the samples come from the log");
    }
}
