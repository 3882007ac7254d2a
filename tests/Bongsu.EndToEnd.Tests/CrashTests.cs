using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace Bongsu.EndToEnd.Tests;

/// <summary>kill -9 under load, again and again on one data directory: every log record and span that was acknowledged is there, once.</summary>
public sealed class CrashTests
{
    private const int Rounds = 5;
    private const int Writers = 4;

    [Fact]
    public async Task NothingAcknowledgedIsLostByKill()
    {
        using var data = new TemporaryDirectory();
        var acknowledged = new ConcurrentBag<string>();
        var random = new Random(20261119);
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await ServerProcess.StartAsync(data.Path);
            using var stop = new CancellationTokenSource();
            var writers = Enumerable.Range(0, Writers).Select(w => WriteAsync(server, $"r{round}w{w}", acknowledged, stop.Token)).ToArray();
            await Task.Delay(random.Next(300, 900));
            await server.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(writers);
        }
        Assert.NotEmpty(acknowledged);

        await using var last = await ServerProcess.StartAsync(data.Path);
        var found = await ReadAsync(last);
        var lost = acknowledged.Where(id => !found.ContainsKey(id)).ToList();
        Assert.True(lost.Count == 0, $"{lost.Count} of {acknowledged.Count} acknowledged records are lost, {lost.FirstOrDefault()} first");
        Assert.All(found, record => Assert.Equal(1, record.Value));
    }

    private static async Task WriteAsync(ServerProcess server, string writer, ConcurrentBag<string> acknowledged, CancellationToken stop)
    {
        using var http = new HttpClient();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var id = $"{writer}-{i}";
            var now = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000).ToString();
            var body = JsonSerializer.Serialize(new { streams = new[] { new { stream = new { service_name = "crash", writer }, values = new[] { new[] { now, id } } } } });
            try
            {
                using var response = await http.PostAsync($"{server.Web}/loki/api/v1/push", new StringContent(body, Encoding.UTF8, "application/json"), CancellationToken.None);
                if (response.IsSuccessStatusCode)
                    acknowledged.Add(id);
            }
            catch (HttpRequestException)
            {
                return; // Killed: this one was never acknowledged.
            }
        }
    }

    private static async Task<Dictionary<string, int>> ReadAsync(ServerProcess server)
    {
        var found = new Dictionary<string, int>();
        var from = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds();
        for (var round = 0; round < Rounds; round++)
        {
            for (var writer = 0; writer < Writers; writer++)
            {
                var query = Uri.EscapeDataString($"{{service_name=\"crash\", writer=\"r{round}w{writer}\"}}");
                var answer = await server.GetJsonAsync($"/loki/api/v1/query_range?query={query}&start={from}&limit=5000&direction=forward");
                foreach (var stream in answer.GetProperty("data").GetProperty("result").EnumerateArray())
                {
                    foreach (var value in stream.GetProperty("values").EnumerateArray())
                        found[value[1].GetString()!] = found.GetValueOrDefault(value[1].GetString()!) + 1;
                }
            }
        }
        return found;
    }
}
