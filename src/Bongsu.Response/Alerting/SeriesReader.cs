using Bongsu.Query.PromQL;
using Bongsu.Response.Services;

namespace Bongsu.Response.Alerting;

/// <summary>Reads the one series of a query over time, null where it has no value.</summary>
internal static class SeriesReader
{
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();

    public static async Task<TimeSeries> OneAsync(PromQlEngine engine, string name, string query, long fromMs, long toMs, int steps, CancellationToken cancellationToken)
    {
        var stepMs = Math.Max(1000, (toMs - fromMs) / steps / 1000 * 1000);
        fromMs -= fromMs % stepMs;
        var count = (int)((toMs - fromMs) / stepMs) + 1;
        var times = Enumerable.Range(0, count).Select(i => fromMs + (i * stepMs)).ToArray();
        var values = new double?[count];
        if (query.Length == 0)
            return new TimeSeries(name, NoLabels, query, times, values);
        var answer = await engine.RangeAsync(query, fromMs, times[^1], stepMs, cancellationToken);
        if (answer.Value is { Series: [var first, ..] })
        {
            foreach (var point in first.Points.Where(p => double.IsFinite(p.Value)))
                values[(point.TimestampMs - fromMs) / stepMs] = point.Value;
        }
        return new TimeSeries(name, NoLabels, query, times, values);
    }
}
