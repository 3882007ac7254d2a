using System.Globalization;

namespace Bongsu.Bench.SideBySide;

/// <summary>A question at several sizes: of ten times as many series each, or over twice as many samples each. Its cost should grow no faster than its size.</summary>
internal sealed record GrowthCase(string Name, IReadOnlyList<(double Size, string SizeName, QueryCase Question)> Sizes)
{
    private const string Metric = "http_request_duration_seconds_bucket";
    private const int SeriesPerInstance = 300;

    // Instances, and an expression for just as many of them.
    private static readonly (int Count, string Expression)[] Instances =
        [(3, "10[.]4[.]0[.][1-3]:8080"), (30, "10[.]4[.]0[.]([1-9]|[12][0-9]|30):8080"), (300, "10[.]4[.]([0][.].+|1[.]([1-9]|[1-4][0-9]|50)):8080")];

    /// <summary>What is asked over a data set; sizes that it does not have are left out.</summary>
    public static IReadOnlyList<GrowthCase> Over(MetricDataSet data) =>
    [
        BySeries(data, "instant sum(rate[5m])", (selector, size) => Instant($"sum(rate({selector}[5m]))", data.EndMs, size)),
        BySeries(data, "instant by le, route", (selector, size) => Instant($"sum by (le, route) (rate({selector}[5m]))", data.EndMs, size)),
        BySeries(data, "range sum(rate[5m]), 15 min step 15 s", (selector, size) => Range($"sum(rate({selector}[5m]))", data.EndMs - 900_000, data.EndMs, size)),
        BySeries(data, "instant count", (selector, size) => Instant($"count({selector})", data.EndMs, size)),
        BySeries(data, "/series", (selector, size) => new QueryCase(size, $"/api/v1/series?match[]={Uri.EscapeDataString(selector)}&start={Seconds(data.StartMs)}&end={Seconds(data.EndMs)}", 0, 0)),
        BySamples(data, "instant sum(sum_over_time), all buckets", (from, size) => Instant($"sum(sum_over_time({Metric}[{(data.EndMs - from) / 1000}s]))", data.EndMs, size)),
        BySamples(data, "instant sum(rate), all buckets", (from, size) => Instant($"sum(rate({Metric}[{(data.EndMs - from) / 1000}s]))", data.EndMs, size)),
        BySamples(data, "range sum(rate[5m]) step 15 s, all buckets", (from, size) => Range($"sum(rate({Metric}[5m]))", from, data.EndMs, size)),
    ];

    private static GrowthCase BySeries(MetricDataSet data, string name, Func<string, string, QueryCase> question)
    {
        var sizes = new List<(double, string, QueryCase)>();
        foreach (var (count, expression) in Instances.Where(i => i.Count <= data.Instances))
        {
            var label = string.Create(CultureInfo.InvariantCulture, $"{count * SeriesPerInstance:N0} series");
            sizes.Add((count, label, question($"{Metric}{{instance=~\"{expression}\"}}", $"{name}, {label}")));
        }
        return new GrowthCase(name, sizes);
    }

    private static GrowthCase BySamples(MetricDataSet data, string name, Func<long, string, QueryCase> question)
    {
        var sizes = new List<(double, string, QueryCase)>();
        foreach (var parts in (int[])[4, 2, 1])
        {
            var scrapes = data.Scrapes / parts;
            sizes.Add((scrapes, $"{scrapes} scrapes", question(data.EndMs - (long)scrapes * MetricDataSet.ScrapeMs, $"{name}, {scrapes} scrapes")));
        }
        return new GrowthCase(name, sizes);
    }

    private static QueryCase Instant(string query, long timeMs, string name) =>
        new(name, $"/api/v1/query?query={Uri.EscapeDataString(query)}&time={Seconds(timeMs)}&nocache=1", 0, 0);

    private static QueryCase Range(string query, long startMs, long endMs, string name) =>
        new(name, $"/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={Seconds(startMs)}&end={Seconds(endMs)}&step=15&nocache=1", 0, 0);

    private static string Seconds(long ms) => (ms / 1000).ToString(CultureInfo.InvariantCulture);
}
