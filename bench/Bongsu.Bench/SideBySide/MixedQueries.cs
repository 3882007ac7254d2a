using System.Diagnostics;
using System.Globalization;

namespace Bongsu.Bench.SideBySide;

/// <summary>A dashboard that is looked at while samples come in: the last hour of what has arrived, asked again and again over one connection.</summary>
internal sealed class MixedQueries(MetricServer server, MetricDataSet data)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Expressions =
    [
        "sum by (job) (rate(http_requests_total[5m]))",
        "histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
    ];

    public async Task RunAsync(Task load, Func<double> progress)
    {
        using var http = new HttpClient();
        var times = new List<double>();
        while (!load.IsCompleted)
        {
            var end = data.StartMs + (long)(progress() * (data.EndMs - data.StartMs));
            foreach (var expression in Expressions)
            {
                var query = string.Create(CultureInfo.InvariantCulture, $"/api/v1/query_range?query={Uri.EscapeDataString(expression)}&start={end / 1000 - 3600}&end={end / 1000}&step=60&nocache=1");
                var started = Stopwatch.GetTimestamp();
                using var response = await http.GetAsync(server.Url + query);
                await response.Content.ReadAsByteArrayAsync();
                response.EnsureSuccessStatusCode();
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
            await Task.Delay(Pause);
        }
        Console.WriteLine($"{server.Name}: {times.Count} range queries over an hour meanwhile, p50 {Figures.Median(times):0.0} ms, p99 {Figures.Quantile(times, 0.99):0.0} ms");
    }
}
