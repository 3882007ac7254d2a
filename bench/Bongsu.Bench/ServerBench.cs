using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Bongsu.Bench;

/// <summary>
/// A whole server with its write-ahead log fsynced before each 2xx, fed over two connections for some seconds by each kind of sender. What it costs is
/// read from the server's own CPU time, so the load generator beside it does not count. Every body is sent once only (a repeat would be dropped as one),
/// and what is sent before the measurement lets the runtime compile the paths that are measured.
/// </summary>
internal static class ServerBench
{
    private const int Connections = 2;
    private const int WarmUpBodies = 600;

    // About twice what two cores take.
    private const int BodiesPerSecond = 160;

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args is ["--seconds", var text] ? int.Parse(text) : 10;
        var data = Directory.CreateTempSubdirectory("bongsu-bench-").FullName;
        try
        {
            await using var server = await ServerUnderTest.StartAsync(data);
            await Task.Delay(TimeSpan.FromSeconds(8));
            Console.WriteLine($"start to ready          {server.StartToReady.TotalSeconds,10:0.00} s");
            Console.WriteLine($"idle memory (target ≤ 200) {server.Process.ResidentMegabytes,7:0} MB");
            Console.WriteLine();
            Console.WriteLine($"{"input",-24}{"items/s",12}{"items per CPU-s",18}{"CPU-s per million",20}{"MB/s on the wire",18}");
            Input[] inputs =
            [
                new("OTLP spans", Payloads.SpansPerRequest, server.OtlpHttp + "/v1/traces", IsSnappy: false, (now, _, r) => Payloads.Spans(now, r)),
                new("OTLP log records", Payloads.LogsPerRequest, server.OtlpHttp + "/v1/logs", IsSnappy: false, (now, _, r) => Payloads.Logs(now, r)),
                new("remote-write samples", Payloads.SeriesPerRequest, server.Web + "/api/v1/write", IsSnappy: true,
                    (now, i, r) => Payloads.RemoteWrite(now / 1_000_000 + i / (Payloads.SeriesInAll / Payloads.SeriesPerRequest), i * Payloads.SeriesPerRequest, r)),
            ];
            foreach (var input in inputs)
            {
                var bodies = input.Make(WarmUpBodies + seconds * BodiesPerSecond);
                await SendAsync(input, bodies[..WarmUpBodies], TimeSpan.MaxValue);
                // The compiler of the second tier works on behind the load.
                await Task.Delay(TimeSpan.FromSeconds(2));
                var before = server.Process.CpuSeconds;
                var (requests, bytes, elapsed) = await SendAsync(input, bodies[WarmUpBodies..], TimeSpan.FromSeconds(seconds));
                var cpu = server.Process.CpuSeconds - before;
                var items = (double)requests * input.ItemsPerRequest;
                Console.WriteLine($"{input.Name,-24}{items / elapsed,12:N0}{items / cpu,18:N0}{cpu / items * 1e6,20:0.00}{bytes / elapsed / 1e6,18:0.0}");
            }
            Console.WriteLine();
            Console.WriteLine($"peak memory             {server.Process.PeakMegabytes,10:0} MB");
            Console.WriteLine($"data directory          {Size(data) / 1e6,10:0.0} MB");
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<(long Requests, long Bytes, double Seconds)> SendAsync(Input input, byte[][] bodies, TimeSpan atMost)
    {
        var next = -1;
        long bytes = 0, requests = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => LoopAsync()));
        return (requests, bytes, clock.Elapsed.TotalSeconds);

        async Task LoopAsync()
        {
            using var http = new HttpClient();
            while (clock.Elapsed < atMost && Interlocked.Increment(ref next) is var i && i < bodies.Length)
            {
                using var content = new ByteArrayContent(bodies[i]);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
                if (input.IsSnappy)
                    content.Headers.ContentEncoding.Add("snappy");
                using var response = await http.PostAsync(input.Address, content);
                var answer = await response.Content.ReadAsByteArrayAsync();
                // An OTLP answer with a body says that something was refused.
                if (!response.IsSuccessStatusCode || answer.Length > 0)
                    throw new InvalidOperationException($"{input.Address} answered {(int)response.StatusCode}: {Encoding.UTF8.GetString(answer)}");
                Interlocked.Add(ref bytes, bodies[i].Length);
                Interlocked.Increment(ref requests);
            }
        }
    }

    private static long Size(string directory) => new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);

    /// <summary>One kind of sender; a body is made from a time, its number and a source of chance.</summary>
    private sealed record Input(string Name, int ItemsPerRequest, string Address, bool IsSnappy, Func<long, int, Random, byte[]> Body)
    {
        /// <summary>Made beforehand: two cores are shared with the server.</summary>
        public byte[][] Make(int count)
        {
            var random = new Random(1);
            var nowNanos = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
            return [.. Enumerable.Range(0, count).Select(i => Body(nowNanos + i * 1_000_000L, i, random))];
        }
    }
}
