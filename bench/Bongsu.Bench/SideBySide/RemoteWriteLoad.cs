using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace Bongsu.Bench.SideBySide;

/// <summary>Sends prepared bodies to one server, a connection each, as fast as it answers; no connection runs far ahead of the others in time.</summary>
internal sealed class RemoteWriteLoad(string address, IReadOnlyList<MetricBodies> connections)
{
    private const int MaxAhead = 8;

    private readonly int[] _sent = new int[connections.Count];
    private readonly List<double>[] _requestMs = [.. connections.Select(_ => new List<double>())];

    public double Seconds { get; private set; }

    public long Samples { get; private set; }

    public double P50Ms => Figures.Median(_requestMs.SelectMany(r => r));

    public double P99Ms => Figures.Quantile(_requestMs.SelectMany(r => r), 0.99);

    /// <summary>The share of the bodies that has been answered.</summary>
    public double Progress => (double)_sent.Sum() / connections.Sum(c => c.Count);

    public async Task RunAsync()
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections.Count).Select(c => Task.Run(() => SendAllAsync(c))));
        Seconds = clock.Elapsed.TotalSeconds;
        Samples = connections.Sum(c => Enumerable.Range(0, c.Count).Sum(b => (long)c.SamplesOf(b)));
    }

    private async Task SendAllAsync(int connection)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });
        var bodies = connections[connection];
        for (var i = 0; i < bodies.Count; i++)
        {
            while (_sent.Where((_, c) => c != connection && Volatile.Read(ref _sent[c]) < connections[c].Count).Any(other => other < i - MaxAhead))
                await Task.Delay(1);
            var body = bodies.Read(i);
            var started = Stopwatch.GetTimestamp();
            await SendAsync(http, body);
            _requestMs[connection].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            Volatile.Write(ref _sent[connection], i + 1);
        }
    }

    private async Task SendAsync(HttpClient http, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
        using var response = await http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        if (response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.OK))
            throw new InvalidOperationException($"{address} answered {(int)response.StatusCode}: {answer}");
    }
}
