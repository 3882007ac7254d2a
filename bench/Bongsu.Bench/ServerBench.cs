using System.Diagnostics;
using System.Net.Http.Headers;

namespace Bongsu.Bench;

/// <summary>
/// A whole server with its write-ahead log fsynced before each 2xx, fed over two connections for some seconds by each kind of sender. What it costs is
/// read from the server's own CPU time, so the load generator beside it does not count.
/// </summary>
internal static class ServerBench
{
    private const int Connections = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args is ["--seconds", var text] ? int.Parse(text) : 10;
        var data = Directory.CreateTempSubdirectory("bongsu-bench-").FullName;
        try
        {
            await using var server = await ServerUnderTest.StartAsync(data);
            await Task.Delay(TimeSpan.FromSeconds(8));
            Console.WriteLine($"start to ready          {server.StartToReady.TotalSeconds,10:0.00} s");
            Console.WriteLine($"idle memory (target ≤ 200) {server.ResidentMegabytes,7:0} MB");
            Console.WriteLine();
            Console.WriteLine($"{"input",-24}{"items/s",12}{"items per CPU-s",18}{"CPU-s per million",20}{"MB/s on the wire",18}");
            await MeasureAsync(server, "OTLP spans", Payloads.SpansPerRequest, seconds, "/v1/traces", "application/x-protobuf", otlp: true, (now, _, r) => Payloads.Spans(now, r));
            await MeasureAsync(server, "OTLP log records", Payloads.LogsPerRequest, seconds, "/v1/logs", "application/x-protobuf", otlp: true, (now, _, r) => Payloads.Logs(now, r));
            await MeasureAsync(server, "remote-write samples", Payloads.SeriesPerRequest, seconds, "/api/v1/write", "application/x-protobuf", otlp: false,
                (now, i, r) => Payloads.RemoteWrite(now / 1_000_000 + i / (Payloads.SeriesInAll / Payloads.SeriesPerRequest), i * Payloads.SeriesPerRequest, r));
            Console.WriteLine();
            Console.WriteLine($"peak memory             {server.PeakMegabytes,10:0} MB");
            Console.WriteLine($"data directory          {Size(data) / 1e6,10:0.0} MB");
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task MeasureAsync(ServerUnderTest server, string name, int itemsPerRequest, int seconds, string path, string contentType, bool otlp,
        Func<long, int, Random, byte[]> payload)
    {
        // Payloads are made beforehand: two cores are shared with the server.
        var random = new Random(1);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        var bodies = Enumerable.Range(0, 400).Select(i => payload(now + i * 1_000_000L, i, random)).ToArray();
        var address = (otlp ? server.OtlpHttp : server.Web) + path;
        var next = -1;
        long bytes = 0, requests = 0;
        var before = server.CpuSeconds;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => SendAsync()));
        var elapsed = clock.Elapsed.TotalSeconds;
        var cpu = server.CpuSeconds - before;
        var items = (double)requests * itemsPerRequest;
        Console.WriteLine($"{name,-24}{items / elapsed,12:N0}{items / cpu,18:N0}{cpu / items * 1e6,20:0.00}{bytes / elapsed / 1e6,18:0.0}");

        async Task SendAsync()
        {
            using var http = new HttpClient();
            while (clock.Elapsed.TotalSeconds < seconds && Interlocked.Increment(ref next) is var i && i < bodies.Length)
            {
                using var content = new ByteArrayContent(bodies[i]);
                content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
                if (!otlp)
                    content.Headers.ContentEncoding.Add("snappy");
                using var response = await http.PostAsync(address, content);
                if (!response.IsSuccessStatusCode)
                    throw new InvalidOperationException($"{path} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
                Interlocked.Add(ref bytes, bodies[i].Length);
                Interlocked.Increment(ref requests);
            }
        }
    }

    private static long Size(string directory) => new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
}
