using System.Globalization;

namespace Bongsu.Bench.SideBySide;

/// <summary>One question that all servers are asked; <see cref="Must"/> and <see cref="Aim"/> are for our time over that of the faster peer.</summary>
internal sealed record QueryCase(string Name, string PathAndQuery, double Must, double Aim)
{
    /// <summary>The longest range that it takes a rate over; 0 for none.</summary>
    public int RateSeconds { get; init; }

    public bool IsQuantile { get; init; }

    private const double RangeMust = 0.8;
    private const double RangeAim = 0.4;
    private const double PointMust = 1.0;
    private const double PointAim = 0.5;
    private const string Buckets = "http_request_duration_seconds_bucket";
    private const string Errors = "http_requests_total{status=~\"5..\"}";

    /// <summary>What dashboards and rules ask, over a data set that ends at the given time.</summary>
    public static IReadOnlyList<QueryCase> Over(MetricDataSet data)
    {
        var end = data.EndMs;
        var series = $"http_requests_total{{instance=\"{InstanceSeries.InstanceName(0, 0)}\",method=\"GET\",route=\"{InstanceSeries.RouteName(0)}\",status=\"200\"}}";
        var hours = Math.Max(1, (end - data.StartMs) / 3_600_000);
        return
        [
            Instant("a instant sum(rate[5m])", "sum by (job) (rate(http_requests_total[5m]))", end) with { RateSeconds = 300 },
            Range("b the same, whole range step 60 s", "sum by (job) (rate(http_requests_total[5m]))", data.StartMs, end, 60) with { RateSeconds = 300 },
            Range("c histogram_quantile by le, whole range", $"histogram_quantile(0.99, sum by (le) (rate({Buckets}[5m])))", data.StartMs, end, 60) with { RateSeconds = 300, IsQuantile = true },
            Range("d histogram_quantile by le, route", $"histogram_quantile(0.99, sum by (le, route) (rate({Buckets}[5m])))", data.StartMs, end, 60) with { RateSeconds = 300, IsQuantile = true },
            Range("e topk 5xx by route, 1 h step 15 s", $"topk(5, sum by (route) (rate({Errors}[5m])))", end - 3_600_000, end, 15) with { RateSeconds = 300 },
            Instant("f one raw series, whole range", $"{series}[{hours}h]", end),
            new("g /series of all buckets", $"/api/v1/series?match[]={Buckets}&start={Seconds(data.StartMs)}&end={Seconds(end)}", PointMust, PointAim),
            Instant("h count of everything", "count({__name__=~\".+\"})", end),
            Range("i burn-rate pair 1h and 5m", $"{BurnRate("1h")} > 0 and {BurnRate("5m")} > 0", end - 3_600_000, end, 60) with { RateSeconds = 3600 },
        ];
    }

    private static string BurnRate(string window) =>
        $"(sum by (job) (rate({Errors}[{window}])) / sum by (job) (rate(http_requests_total[{window}])))";

    private static QueryCase Instant(string name, string query, long timeMs) =>
        new(name, $"/api/v1/query?query={Uri.EscapeDataString(query)}&time={Seconds(timeMs)}&nocache=1", PointMust, PointAim);

    private static QueryCase Range(string name, string query, long startMs, long endMs, int stepSeconds) =>
        new(name, $"/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={Seconds(startMs)}&end={Seconds(endMs)}&step={stepSeconds}&nocache=1", RangeMust, RangeAim);

    private static string Seconds(long ms) => (ms / 1000).ToString(CultureInfo.InvariantCulture);
}
