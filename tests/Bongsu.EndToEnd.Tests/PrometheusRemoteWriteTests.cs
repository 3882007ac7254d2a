using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Bongsu.EndToEnd.Tests;

/// <summary>Debian's prometheus scrapes itself and remote-writes to us; promtool then asks us.</summary>
public sealed class PrometheusRemoteWriteTests
{
    [Fact]
    public async Task ScrapesOfPrometheusArriveAndPromtoolReadsThem()
    {
        if (!File.Exists("/usr/bin/prometheus"))
        {
            Console.WriteLine("SKIPPED: no /usr/bin/prometheus (Debian package prometheus).");
            return;
        }
        using var data = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(Path.Combine(data.Path, "bongsu"));
        using var prometheus = StartPrometheus(data.Path, server.Web);
        try
        {
            var value = await ServerProcess.UntilAsync(async () =>
            {
                var answer = await server.GetJsonAsync("/api/v1/query?query=" + Uri.EscapeDataString("up{job=\"self\"}"));
                return answer.GetProperty("data").GetProperty("result").EnumerateArray().Select(s => s.GetProperty("value")[1].GetString()).FirstOrDefault();
            }, "up of the self-scrape");
            Assert.Equal("1", value);
            Assert.Contains("prometheus_build_info", await PromtoolAsync("query", "instant", server.Web, "prometheus_build_info"));
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
        }
    }

    private static Process StartPrometheus(string directory, string web)
    {
        var port = FreePort();
        var config = Path.Combine(directory, "prometheus.yml");
        File.WriteAllText(config, $$"""
            global:
              scrape_interval: 1s
            scrape_configs:
              - job_name: self
                static_configs:
                  - targets: ["127.0.0.1:{{port}}"]
            remote_write:
              - url: {{web}}/api/v1/write
            """);
        return Process.Start(new ProcessStartInfo("/usr/bin/prometheus")
        {
            ArgumentList = { $"--config.file={config}", $"--storage.tsdb.path={Path.Combine(directory, "tsdb")}", $"--web.listen-address=127.0.0.1:{port}" },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
    }

    private static async Task<string> PromtoolAsync(params string[] arguments)
    {
        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await promtool.StandardOutput.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0, await promtool.StandardError.ReadToEndAsync());
        return output;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
