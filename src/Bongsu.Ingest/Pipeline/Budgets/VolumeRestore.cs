using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
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
        var (today, _) = await ReadAsync(store, volumes.TodayMs, volumes.TodayMs + DayMs, cancellationToken);
        foreach (var volume in today)
        {
            if (volume.Service != VolumeTable.OtherServices)
                volumes.Restore(volume.Service, volume.Signal, volume.Bytes, volume.Records);
        }
    }

    /// <summary>What each service sent from a time on, and when the first of it was counted; null: nothing was.</summary>
    public static async Task<(IReadOnlyList<IngestedVolume> Volumes, long? FirstMs)> ReadAsync(ITelemetryStore store, long fromMs, long toMs, CancellationToken cancellationToken)
    {
        var (bytes, first) = await SumAsync(store, VolumeTable.BytesMetric, fromMs, toMs, cancellationToken);
        var (records, _) = await SumAsync(store, VolumeTable.RecordsMetric, fromMs, toMs, cancellationToken);
        var volumes = new List<IngestedVolume>();
        foreach (var (key, sum) in bytes)
            volumes.Add(new IngestedVolume(key.Service, key.Signal, sum, records.GetValueOrDefault(key)));
        return (volumes, first);
    }

    private static async Task<(Dictionary<(string Service, Signal Signal), long> Sums, long? FirstMs)> SumAsync(ITelemetryStore store, string metric, long fromMs, long toMs, CancellationToken cancellationToken)
    {
        var (sums, first) = (new Dictionary<(string, Signal), long>(), long.MaxValue);
        LabelMatcher[] matchers = [new LabelMatcher(Telemetry.Labels.MatchType.Equal, LabelNames.MetricName, metric)];
        using var selection = await store.Metrics.SelectAsync(new SeriesSelect(fromMs - BeforeMs, toMs, matchers), cancellationToken);
        using var reader = selection.OpenReader();
        var runs = new Column<SampleRun>();
        for (var i = 0; i < selection.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var labels = selection.Labels(i);
            runs.Clear();
            if (labels.Get("service_name") is not { } service || SignalOf(labels.Get("signal")) is not { } signal
                || !reader.TryReadRuns(i, [fromMs - 1], RunFigures.Resets, runs) || runs.Count == 0)
                continue;
            sums[(service, signal)] = sums.GetValueOrDefault((service, signal)) + Increase(runs.Span, fromMs);
            first = Math.Min(first, Math.Max(fromMs, runs[0].FirstMs));
        }
        return (sums, first == long.MaxValue ? null : first);
    }

    /// <summary>What a total that may begin anew, always with zero, has grown by since a time at which no run goes on.</summary>
    internal static long Increase(ReadOnlySpan<SampleRun> runs, long sinceMs)
    {
        var (last, sum) = (0d, 0d);
        foreach (ref readonly var run in runs)
        {
            if (run.FirstMs >= sinceMs)
                sum += run.Last + run.ResetAmount - (run.First >= last ? last : 0);
            last = run.Last;
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
