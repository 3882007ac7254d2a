using Bongsu.Response.Red;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Response.Releases;

/// <summary>
/// Finds which versions of which services are at work. A counter is at work while it grows: figures derived from spans are repeated for a while after
/// the process is gone. <c>target_info</c> stops with its process, so its mere presence counts.
/// </summary>
internal sealed class VersionScan(ITelemetryStore store)
{
    private const string TargetMetric = "target_info";

    private static readonly LabelMatcher Wanted = new(Telemetry.Labels.MatchType.Regex, LabelNames.MetricName,
        string.Join('|', TargetMetric, RedDialects.Native.CounterMetric, RedDialects.Native.DurationMetric, RedDialects.Spans.CounterMetric));

    private static readonly LabelMatcher HasVersion = new(Telemetry.Labels.MatchType.NotEqual, LabelNames.ServiceVersion, "");

    public async Task<IReadOnlyList<VersionSighting>> RunAsync(long fromMs, long toMs, CancellationToken cancellationToken)
    {
        using var selection = await store.Metrics.SelectAsync(new SeriesSelect(fromMs, toMs, [Wanted, HasVersion]), cancellationToken).ConfigureAwait(false);
        var found = new SortedDictionary<(string Service, string Version), (SortedSet<long> Life, SortedSet<string> Instances)>();
        using var reader = selection.OpenReader();
        var samples = new SampleColumns();
        for (var i = 0; i < selection.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var labels = selection.Labels(i);
            if ((labels.Get(LabelNames.ServiceName) ?? labels.Get(LabelNames.Job)) is not { } service)
                continue;
            var key = (service, labels.Get(LabelNames.ServiceVersion)!);
            if (!found.TryGetValue(key, out var version))
                found[key] = version = ([], new SortedSet<string>(StringComparer.Ordinal));
            samples.Clear();
            reader.Read(i, samples);
            var byPresence = labels.Get(LabelNames.MetricName) == TargetMetric;
            if (AddLife(version.Life, byPresence, CounterSamples.Of(samples), fromMs) && labels.Get(LabelNames.Instance) is { } instance)
                version.Instances.Add(instance);
        }
        return [.. found.Where(f => f.Value.Life.Count > 0)
            .Select(f => VersionSighting.Of(f.Key.Service, f.Key.Version, [.. f.Value.Life], [.. f.Value.Instances])).OrderBy(s => s.StartMs)];
    }

    private static bool AddLife(SortedSet<long> life, bool byPresence, CounterSamples samples, long fromMs)
    {
        var any = false;
        for (var i = 0; i < samples.TimesMs.Count; i++)
        {
            // Why: a first sample at the edge of the scan may be of an old series; one later is of a series that began.
            var alive = byPresence || (i > 0 ? samples.Counts[i] != samples.Counts[i - 1] : samples.Counts[0] > 0 && samples.TimesMs[0] - fromMs > ReleaseWatcher.EdgeMs);
            if (!alive)
                continue;
            life.Add(samples.TimesMs[i]);
            any = true;
        }
        return any;
    }
}
