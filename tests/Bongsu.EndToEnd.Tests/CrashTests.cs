using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Bongsu.EndToEnd.Tests;

/// <summary>kill -9 under load, again and again on one data directory: every log record, span and sample that was acknowledged is there, once.</summary>
public sealed class CrashTests
{
    private const int Rounds = 5;

    // A trace is looked up by a request of its own; that many show a loss.
    private const int MostTraceLookups = 300;

    private readonly ConcurrentBag<string> _logs = [];
    private readonly ConcurrentBag<string> _traces = [];
    private readonly ConcurrentBag<(string Writer, int Value)> _samples = [];

    [Fact]
    public async Task NothingAcknowledgedIsLostByKill()
    {
        using var data = new TemporaryDirectory();
        var random = new Random(20261119);
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await ServerProcess.StartAsync(data.Path);
            using var stop = new CancellationTokenSource();
            var writers = new[] { WriteLogsAsync(server, $"r{round}", stop.Token), WriteTracesAsync(server, stop.Token), WriteSamplesAsync(server, $"r{round}", stop.Token) };
            await Task.Delay(random.Next(300, 900));
            await server.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(writers);
        }

        await using var last = await ServerProcess.StartAsync(data.Path);
        await LogsAreThereOnceAsync(last);
        await TracesAreThereAsync(last);
        await SamplesAreThereAsync(last);
    }

    private Task WriteLogsAsync(ServerProcess server, string writer, CancellationToken stop) => WriteAsync($"{server.Web}/loki/api/v1/push", stop, i =>
    {
        var id = $"{writer}-{i}";
        return (new { streams = new[] { new { stream = new { service_name = "crash", writer }, values = new[] { new[] { NowNanos(), id } } } } }, () => _logs.Add(id));
    });

    private Task WriteTracesAsync(ServerProcess server, CancellationToken stop) => WriteAsync($"{server.OtlpHttp}/v1/traces", stop, _ =>
    {
        var traceId = Guid.NewGuid().ToString("N");
        var span = new { traceId, spanId = traceId[..16], name = "crash", startTimeUnixNano = NowNanos(), endTimeUnixNano = NowNanos() };
        return (new { resourceSpans = new[] { new { resource = Resource, scopeSpans = new[] { new { spans = new[] { span } } } } } }, () => _traces.Add(traceId));
    });

    private Task WriteSamplesAsync(ServerProcess server, string writer, CancellationToken stop) => WriteAsync($"{server.OtlpHttp}/v1/metrics", stop, i =>
    {
        var point = new { asDouble = (double)i, timeUnixNano = NowNanos(), attributes = new[] { new { key = "writer", value = new { stringValue = writer } }, new { key = "i", value = new { stringValue = i.ToString(CultureInfo.InvariantCulture) } } } };
        var metric = new { name = "crash.value", gauge = new { dataPoints = new[] { point } } };
        return (new { resourceMetrics = new[] { new { resource = Resource, scopeMetrics = new[] { new { metrics = new[] { metric } } } } } }, () => _samples.Add((writer, i)));
    });

    private static object Resource => new { attributes = new[] { new { key = "service.name", value = new { stringValue = "crash" } } } };

    private static string NowNanos() => (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000).ToString(CultureInfo.InvariantCulture);

    private static async Task WriteAsync(string url, CancellationToken stop, Func<int, (object Body, Action Acknowledged)> next)
    {
        using var http = new HttpClient();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var (body, acknowledged) = next(i);
            try
            {
                using var response = await http.PostAsync(url, new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"), CancellationToken.None);
                Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(CancellationToken.None));
                acknowledged();
            }
            catch (HttpRequestException)
            {
                return; // Killed: this one was never acknowledged.
            }
        }
    }

    private async Task LogsAreThereOnceAsync(ServerProcess server)
    {
        var found = new Dictionary<string, int>();
        var from = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds();
        for (var round = 0; round < Rounds; round++)
        {
            var query = Uri.EscapeDataString($"{{service_name=\"crash\", writer=\"r{round}\"}}");
            var answer = await server.GetJsonAsync($"/loki/api/v1/query_range?query={query}&start={from}&limit=5000&direction=forward");
            foreach (var value in answer.GetProperty("data").GetProperty("result").EnumerateArray().SelectMany(s => s.GetProperty("values").EnumerateArray()))
                found[value[1].GetString()!] = found.GetValueOrDefault(value[1].GetString()!) + 1;
        }
        Lost(_logs, _logs.Where(id => !found.ContainsKey(id)));
        Assert.All(found, record => Assert.Equal(1, record.Value));
    }

    private async Task TracesAreThereAsync(ServerProcess server)
    {
        var lost = new List<string>();
        foreach (var traceId in _traces.Take(MostTraceLookups))
        {
            using var response = await server.Http.GetAsync($"{server.Web}/tempo/api/traces/{traceId}");
            if (!response.IsSuccessStatusCode)
                lost.Add(traceId);
        }
        Lost(_traces, lost);
    }

    private async Task SamplesAreThereAsync(ServerProcess server)
    {
        var answer = await server.GetJsonAsync("/api/v1/query?query=" + Uri.EscapeDataString("max_over_time(crash_value{service_name=\"crash\"}[1h])"));
        var found = answer.GetProperty("data").GetProperty("result").EnumerateArray().ToDictionary(
            s => (s.GetProperty("metric").GetProperty("writer").GetString()!, s.GetProperty("metric").GetProperty("i").GetString()!),
            s => s.GetProperty("value")[1].GetString()!);
        Lost(_samples, _samples.Where(s => !found.TryGetValue((s.Writer, s.Value.ToString(CultureInfo.InvariantCulture)), out var value) || value != s.Value.ToString(CultureInfo.InvariantCulture)));
    }

    private static void Lost<T>(IReadOnlyCollection<T> acknowledged, IEnumerable<T> missing)
    {
        Assert.NotEmpty(acknowledged);
        var lost = missing.ToList();
        Assert.True(lost.Count == 0, $"{lost.Count} of {acknowledged.Count} acknowledged are lost, {lost.FirstOrDefault()} first");
    }
}
