using System.Collections.Frozen;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Response.Red;

/// <summary>Finds the request counters in a store and chooses one source per service. Thread-safe.</summary>
public sealed class RedInventory(ITelemetryStore store)
{
    private static readonly FrozenDictionary<string, (RedDialect Dialect, bool Native)> Metrics = CounterMetrics();

    private static readonly LabelMatcher NameMatcher = new(Telemetry.Labels.MatchType.Regex, LabelNames.MetricName, string.Join('|', Metrics.Keys.Order(StringComparer.Ordinal)));

    /// <summary>Every request counter with samples in the time (both ends inclusive).</summary>
    public async Task<IReadOnlyList<RedSeries>> ScanAsync(long fromMs, long toMs, CancellationToken cancellationToken)
    {
        using var selection = await store.Metrics.SelectAsync(new SeriesSelect(fromMs, toMs, [NameMatcher]), cancellationToken).ConfigureAwait(false);
        var found = new List<RedSeries>(selection.Count);
        using var reader = selection.OpenReader();
        var samples = new SampleColumns();
        for (var i = 0; i < selection.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var labels = selection.Labels(i);
            if (SourceOf(labels) is not { } source)
                continue;
            samples.Clear();
            reader.Read(i, samples);
            if (CounterSamples.Of(samples) is { TimesMs.Count: > 0 } counter)
                found.Add(Describe(source, labels, counter));
        }
        return found;
    }

    /// <summary>The best source of every service, by service.</summary>
    public static IReadOnlyDictionary<string, RedSource> Choose(IReadOnlyList<RedSeries> series)
    {
        var best = new Dictionary<string, RedSource>(StringComparer.Ordinal);
        foreach (var one in series)
        {
            if (!best.TryGetValue(one.Service, out var have) || one.Source.Rank < have.Rank)
                best[one.Service] = one.Source;
        }
        return best;
    }

    /// <summary>Which source a series belongs to; null when it is no request counter (a client span, another metric).</summary>
    internal static RedSource? SourceOf(LabelSet labels)
    {
        if (!Metrics.TryGetValue(labels.Get(LabelNames.MetricName) ?? "", out var metric))
            return null;
        if (metric.Dialect.Requests is { } requests && !requests.Matches(labels))
            return null;
        for (var i = 0; i < metric.Dialect.ServiceLabels.Count; i++)
        {
            if (labels.Get(metric.Dialect.ServiceLabels[i]) is { Length: > 0 })
                return new RedSource(metric.Dialect, i, metric.Native);
        }
        return null;
    }

    private static RedSeries Describe(RedSource source, LabelSet labels, CounterSamples counter)
    {
        var growth = counter.TimesMs[0];
        for (var i = 1; i < counter.TimesMs.Count; i++)
        {
            if (counter.Counts[i] != counter.Counts[i - 1])
                growth = counter.TimesMs[i];
        }
        return new RedSeries(source, labels.Get(source.ServiceLabelName)!, labels, counter.TimesMs[0], counter.TimesMs[^1], growth, MedianGap(counter.TimesMs));
    }

    private static long MedianGap(IReadOnlyList<long> times)
    {
        if (times.Count < 4)
            return 0;
        var gaps = new long[times.Count - 1];
        for (var i = 1; i < times.Count; i++)
            gaps[i - 1] = times[i] - times[i - 1];
        Array.Sort(gaps);
        return gaps[gaps.Length / 2];
    }

    private static FrozenDictionary<string, (RedDialect, bool)> CounterMetrics()
    {
        var metrics = new Dictionary<string, (RedDialect, bool)>(StringComparer.Ordinal);
        foreach (var dialect in RedDialects.All)
        {
            metrics.Add(dialect.CounterMetric, (dialect, false));
            if (dialect.MayBeNative)
                metrics.Add(dialect.DurationMetric!, (dialect, true));
        }
        return metrics.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
