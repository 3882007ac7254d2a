using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Bongsu.EndToEnd.Tests;

/// <summary>A server with a scrape.yaml over Debian's node exporter, and over pushes, as users run it.</summary>
public sealed class ScrapeTests
{
    private const string NodeExporter = "/usr/bin/prometheus-node-exporter";

    [Fact]
    public async Task ANodeExporterIsScrapedAndABadReloadChangesNothing()
    {
        if (!File.Exists(NodeExporter))
        {
            Console.WriteLine($"SKIPPED: no {NodeExporter} (Debian package prometheus-node-exporter).");
            return;
        }
        using var data = new TemporaryDirectory();
        var port = FreePort();
        using var exporter = Process.Start(new ProcessStartInfo(NodeExporter, [$"--web.listen-address=127.0.0.1:{port}"]) { RedirectStandardError = true })!;
        try
        {
            exporter.BeginErrorReadLine();
            Write(data, "scrape.yaml", "global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: node\n  file_sd_configs: [{files: ['targets/*.yml']}]\n");
            Write(data, "targets/node.yml", $"- targets: ['127.0.0.1:{port}']\n  labels: {{dc: seoul}}\n");
            await using var server = await ServerProcess.StartAsync(data.Path);
            Assert.Equal("1", await UntilValueAsync(server, "up{job=\"node\",dc=\"seoul\"}"));
            Assert.NotEqual("0", await UntilValueAsync(server, "count(node_cpu_seconds_total{mode=\"idle\"})"));

            var target = Assert.Single((await server.GetJsonAsync("/api/v1/targets?state=active")).GetProperty("data").GetProperty("activeTargets").EnumerateArray());
            Assert.Equal(("up", $"http://127.0.0.1:{port}/metrics", ""), (Text(target, "health"), Text(target, "scrapeUrl"), Text(target, "lastError")));
            Assert.Equal("node", (await server.GetJsonAsync("/api/v1/scrape_pools")).GetProperty("data").GetProperty("scrapePools")[0].GetString());
            var family = Assert.Single((await server.GetJsonAsync("/api/v1/targets/metadata?metric=node_cpu_seconds_total")).GetProperty("data").EnumerateArray());
            Assert.Equal("counter", Text(family, "type"));

            Write(data, "scrape.yaml", "scrape_configs: [{job_nam: node}]\n");
            using var reload = await server.Http.PostAsync(server.Web + "/-/reload", null);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, reload.StatusCode);
            Assert.Contains("scrape.yaml:1: scrape_configs[0].job_nam: is not a known key; did you mean job_name?", await reload.Content.ReadAsStringAsync());
            Assert.Single((await server.GetJsonAsync("/api/v1/targets")).GetProperty("data").GetProperty("activeTargets").EnumerateArray());

            File.Delete(Path.Combine(data.Path, "config", "scrape.yaml"));
            using var emptied = await server.Http.PostAsync(server.Web + "/-/reload", null);
            Assert.Equal(HttpStatusCode.NoContent, emptied.StatusCode);
            var answer = await server.GetJsonAsync("/api/v1/query?query=up");
            Assert.Equal(0, answer.GetProperty("data").GetProperty("result").GetArrayLength());
        }
        finally
        {
            exporter.Kill();
            await exporter.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task PrometheusMakesTheSameSeriesOfTheSameTarget()
    {
        if (!File.Exists("/usr/bin/prometheus"))
        {
            Console.WriteLine("SKIPPED: no /usr/bin/prometheus (Debian package prometheus).");
            return;
        }
        using var data = new TemporaryDirectory();
        var (target, port) = (FreePort(), FreePort());
        using var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{target}/" } };
        listener.Start();
        _ = AnswerAsync(listener, await File.ReadAllBytesAsync(Path.Combine(Checkout.Root, "tests", "Bongsu.Ingest.Tests", "testdata", "exposition", "exporter.prom")));
        Write(data, "scrape.yaml", $$"""
            global: {scrape_interval: 1s}
            scrape_configs:
            - job_name: shop
              params: {module: [a b]}
              static_configs: [{targets: ['127.0.0.1:{{target}}'], labels: {store: market, dc: seoul} }]
              relabel_configs:
              - {source_labels: [__address__, __param_module], separator: '|', regex: '(.*):(?P<port>\d+)\|(.*)', target_label: where, replacement: '$3-${1}'}
              metric_relabel_configs:
              - {source_labels: [__name__], regex: shop_rpc.*, action: drop}
              - {source_labels: [channel], target_label: shard, modulus: 7, action: hashmod}
              - {regex: (store), replacement: from_$1, action: labelmap}
            """);
        await using var server = await ServerProcess.StartAsync(data.Path);
        using var prometheus = Process.Start(new ProcessStartInfo("/usr/bin/prometheus",
            [$"--config.file={Path.Combine(data.Path, "config", "scrape.yaml")}", $"--storage.tsdb.path={Path.Combine(data.Path, "tsdb")}", $"--web.listen-address=127.0.0.1:{port}"])
        { RedirectStandardError = true })!;
        try
        {
            prometheus.BeginErrorReadLine();
            var ours = await UntilSeriesAsync(server, server.Web);
            var theirs = await UntilSeriesAsync(server, $"http://127.0.0.1:{port}");
            Assert.Equal(theirs, ours);
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task APushOutlivesAKill()
    {
        using var data = new TemporaryDirectory();
        await using (var server = await ServerProcess.StartAsync(data.Path, "--pushgateway-interval", "1s"))
        {
            using var content = new StringContent("# TYPE backup_bytes gauge\nbackup_bytes{db=\"orders\"} 42\n", Encoding.UTF8, "text/plain");
            using var pushed = await server.Http.PutAsync(server.Web + "/metrics/job/backup/path@base64/L3Zhci90bXA", content);
            Assert.Equal(HttpStatusCode.OK, pushed.StatusCode);
            await server.KillAsync();
        }
        await using var again = await ServerProcess.StartAsync(data.Path, "--pushgateway-interval", "1s");
        // More than one sample since the push: it was written again after the kill.
        var count = await ServerProcess.UntilAsync(async () => await ValueAsync(again, "count_over_time(backup_bytes{job=\"backup\",path=\"/var/tmp\",db=\"orders\"}[10m]) > 2"), "the pushed metric");
        Assert.True(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) > 2);
        using var own = await again.Http.GetAsync(again.Web + "/metrics");
        Assert.Contains("bongsu_build_info", await own.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task AWrongScrapeFileEndsTheStartWith78()
    {
        using var data = new TemporaryDirectory();
        Write(data, "scrape.yaml", "scrape_configs:\n- job_name: a\n  scrape_interval: soon\n  bearer_token: s3cret\n  bearer: s3cret\n");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Checkout.Server, "serve", "--config", Path.Combine(data.Path, "config"), "--data", Path.Combine(data.Path, "data"), "--listen", "127.0.0.1:0"]) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(78, process.ExitCode);
        Assert.Contains("scrape.yaml:3 scrape_configs[0].scrape_interval: \"soon\" is not a duration", said);
        Assert.Contains("scrape.yaml:5 scrape_configs[0].bearer: is not a known key", said);
        Assert.DoesNotContain("s3cret", said);
    }

    private static async Task AnswerAsync(HttpListener listener, byte[] body)
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                context.Response.ContentType = "text/plain; version=0.0.4";
                await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>All series of the job with their newest values, once a scrape is whole.</summary>
    private static Task<string> UntilSeriesAsync(ServerProcess server, string url) => ServerProcess.UntilAsync(async () =>
    {
        try
        {
            // How long it took and how many were new differs from scrape to scrape.
            var query = Uri.EscapeDataString("{job=\"shop\",__name__!~\"scrape_duration_seconds|scrape_series_added\"}");
            using var answer = JsonDocument.Parse(await server.Http.GetStringAsync($"{url}/api/v1/query?query={query}"));
            var series = answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
                .Select(s => string.Join(' ', s.GetProperty("metric").EnumerateObject().OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => $"{l.Name}={l.Value}").Append(Text(s.GetProperty("value")[1]))))
                .Order(StringComparer.Ordinal).ToList();
            return series.Count > 3 ? string.Join('\n', series) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }, $"series of {url}");

    private static Task<string> UntilValueAsync(ServerProcess server, string query) => ServerProcess.UntilAsync(() => ValueAsync(server, query), query);

    private static async Task<string?> ValueAsync(ServerProcess server, string query)
    {
        var answer = await server.GetJsonAsync("/api/v1/query?query=" + Uri.EscapeDataString(query));
        return answer.GetProperty("data").GetProperty("result").EnumerateArray().Select(s => s.GetProperty("value")[1].GetString()).FirstOrDefault();
    }

    private static string? Text(JsonElement value) => value.GetString();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static void Write(TemporaryDirectory data, string file, string text)
    {
        var path = Path.Combine(data.Path, "config", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
