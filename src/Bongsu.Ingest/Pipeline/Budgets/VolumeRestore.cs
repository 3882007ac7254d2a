using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Pipeline.Budgets;

/// <summary>Adds up what was let through on this day before the start, from the totals in the store.</summary>
internal static class VolumeRestore
{
    // Totals are repeated every minute: so long before the day begins there is one to count from.
    private const long BeforeMs = 5 * 60_000;

    private const long DayMs = 86_400_000;

    public static async Task RunAsync(ITelemetryStore store, VolumeTable volumes, CancellationToken cancellationToken)
    {
        var bytes = await DayAsync(store, VolumeTable.BytesMetric, volumes.TodayMs, cancellationToken);
        var records = await DayAsync(store, VolumeTable.RecordsMetric, volumes.TodayMs, cancellationToken);
        foreach (var (key, sum) in bytes)
            volumes.Restore(key.Service, key.Signal, sum, records.GetValueOrDefault(key));
    }

    private static async Task<Dictionary<(string Service, Signal Signal), long>> DayAsync(ITelemetryStore store, string metric, long fromMs, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<(string, Signal), long>();
        LabelMatcher[] matchers = [new LabelMatcher(Telemetry.Labels.MatchType.Equal, LabelNames.MetricName, metric)];
        using var selection = await store.Metrics.SelectAsync(new SeriesSelect(fromMs - BeforeMs, fromMs + DayMs, matchers), cancellationToken);
        using var reader = selection.OpenReader();
        var samples = new SampleColumns();
        for (var i = 0; i < selection.Count; i++)
        {
            var labels = selection.Labels(i);
            samples.Clear();
            reader.Read(i, samples);
            if (labels.Get("service_name") is { } service && SignalOf(labels.Get("signal")) is { } signal && service != VolumeTable.OtherServices)
                sums[(service, signal)] = sums.GetValueOrDefault((service, signal)) + Increase(samples, fromMs);
        }
        return sums;
    }

    /// <summary>What a total that may begin anew has grown by since a time.</summary>
    internal static long Increase(SampleColumns samples, long sinceMs)
    {
        var (last, sum) = (0d, 0d);
        for (var i = 0; i < samples.TimesMs.Count; i++)
        {
            var value = samples.Values[i];
            // A stale marker ends a total; what comes then begins with zero.
            if (double.IsNaN(value))
                continue;
            if (samples.TimesMs[i] >= sinceMs)
                sum += value >= last ? value - last : value;
            last = value;
        }
        return (long)sum;
    }

    private static Signal? SignalOf(string? text) => text switch
    {
        "logs" => Signal.Logs,
        "traces" => Signal.Traces,
        _ => null,
    };
}
