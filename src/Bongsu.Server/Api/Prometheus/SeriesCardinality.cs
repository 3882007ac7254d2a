using System.Text;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>What status/tsdb says: which metrics, labels and pairs have the most series. Counts at most <see cref="MaxSeries"/> series. Not thread-safe.</summary>
internal sealed class SeriesCardinality
{
    /// <summary>Most series looked at. Half a million series hold at most some millions of pairs, which stay below a GB.</summary>
    public const int MaxSeries = 500_000;

    private readonly Dictionary<string, Dictionary<string, long>> _byLabel = new(StringComparer.Ordinal);

    /// <summary>Whether there were more series than are counted.</summary>
    public bool IsPartial { get; private set; }

    public long LabelPairs => _byLabel.Sum(l => (long)l.Value.Count);

    public static SeriesCardinality Of(ISeriesSelection selection, CancellationToken cancellationToken)
    {
        var result = new SeriesCardinality { IsPartial = selection.Count > MaxSeries };
        for (var i = 0; i < Math.Min(selection.Count, MaxSeries); i++)
        {
            if (i % 4096 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            result.Add(selection.Labels(i));
        }
        return result;
    }

    public IEnumerable<(string Name, long Value)> SeriesByMetric(int limit) =>
        Largest(_byLabel.GetValueOrDefault(LabelNames.MetricName, []).Select(m => (m.Key, m.Value)), limit);

    public IEnumerable<(string Name, long Value)> ValuesByLabel(int limit) => Largest(_byLabel.Select(l => (l.Key, (long)l.Value.Count)), limit);

    /// <summary>Bytes of the values themselves, each counted once.</summary>
    public IEnumerable<(string Name, long Value)> BytesByLabel(int limit) =>
        Largest(_byLabel.Select(l => (l.Key, l.Value.Keys.Sum(v => (long)Encoding.UTF8.GetByteCount(v)))), limit);

    public IEnumerable<(string Name, long Value)> SeriesByPair(int limit) =>
        Largest(_byLabel.SelectMany(l => Largest(l.Value.Select(v => (v.Key, v.Value)), limit).Select(v => ($"{l.Key}={v.Name}", v.Value))), limit);

    private void Add(LabelSet labels)
    {
        foreach (var (name, value) in labels.ToList())
        {
            if (!_byLabel.TryGetValue(name, out var values))
                _byLabel[name] = values = new Dictionary<string, long>(StringComparer.Ordinal);
            values[value] = values.GetValueOrDefault(value) + 1;
        }
    }

    private static IEnumerable<(string Name, long Value)> Largest(IEnumerable<(string Name, long Value)> counts, int limit) =>
        counts.OrderByDescending(c => c.Value).ThenBy(c => c.Name, StringComparer.Ordinal).Take(limit);
}
