using System.Text;
using Bongsu.Storage.Head;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>
/// Counts what the active series consist of, from the index: its cost grows with names and values, not with samples, and it is kept for some seconds, so that
/// a page that watches a storm does not feed it. Thread-safe.
/// </summary>
internal sealed class CardinalityCount
{
    private const long KeptMs = 5_000;
    private const int NewSeconds = 3600;

    private readonly object _lock = new();
    private MetricCardinality? _last;
    private long _lastMs;
    private int _lastTop;

    public MetricCardinality Of(SeriesTable table, MetricHead[] heads, int top, long nowMs)
    {
        lock (_lock)
        {
            if (_last is not null && _lastTop == top && nowMs >= _lastMs && nowMs - _lastMs < KeptMs)
                return _last;
            var (chunks, min, max) = (0L, long.MaxValue, long.MinValue);
            foreach (var head in heads)
            {
                chunks += head.ChunkCount + head.ActiveCount;
                (min, max) = (Math.Min(min, head.MinMs), Math.Max(max, head.MaxMs));
            }
            var nowSeconds = nowMs / 1000;
            var counted = table.Read((index, began) => Count(index, began, top, nowSeconds));
            (_lastMs, _lastTop) = (nowMs, top);
            return _last = counted with { Chunks = chunks, MinTimeMs = min > max ? 0 : min, MaxTimeMs = min > max ? 0 : max };
        }
    }

    private static MetricCardinality Count(LabelIndex index, ReadOnlySpan<int> began, int top, long nowSeconds)
    {
        var (byName, byBytes, byPair, byMetric) = (new TopList(top), new TopList(top), new TopList(top), new TopList(top));
        var pairs = 0L;
        foreach (var (name, values) in index.Names)
        {
            pairs += values.Postings.Count;
            byName.Add(values.Postings.Count, name, default);
            byBytes.Add(values.TextBytes, name, default);
            var isMetric = name.AsSpan().SequenceEqual("__name__"u8);
            foreach (var (value, ids) in values.Postings)
            {
                byPair.Add(ids.Count, name, value);
                if (isMetric)
                    byMetric.Add(ids.Count, value, default);
            }
        }
        var metrics = new List<(string, long, long)>();
        foreach (var (count, metric, _) in byMetric.Sorted())
            metrics.Add((Encoding.UTF8.GetString(metric), count, CountNew(index, metric, began, nowSeconds)));
        return new MetricCardinality(began.Length, pairs, 0, 0, 0, metrics, Texts(byName), Texts(byBytes), Texts(byPair));
    }

    private static long CountNew(LabelIndex index, byte[] metric, ReadOnlySpan<int> began, long nowSeconds)
    {
        var ids = index.Values("__name__"u8)!.Postings[metric];
        var count = 0L;
        for (var i = 0; i < ids.Count; i++)
            count += began[ids[i]] > nowSeconds - NewSeconds ? 1 : 0;
        return count;
    }

    private static List<(string, long)> Texts(TopList list)
    {
        var texts = new List<(string, long)>();
        foreach (var (count, name, value) in list.Sorted())
            texts.Add((value is null ? Encoding.UTF8.GetString(name) : $"{Encoding.UTF8.GetString(name)}={Encoding.UTF8.GetString(value)}", count));
        return texts;
    }

    /// <summary>The largest few of many; at one size by text.</summary>
    private sealed class TopList(int top)
    {
        private readonly PriorityQueue<(long Count, byte[] Name, byte[]? Value), (long Count, byte[] Name, byte[]? Value)> _kept = new(Order.Instance);

        public void Add(long count, byte[] name, byte[]? value)
        {
            var item = (count, name, value);
            // Fast path: below all that are kept.
            if (_kept.Count == top && (top == 0 || Order.Instance.Compare(item, _kept.Peek()) <= 0))
                return;
            if (_kept.Count == top)
                _kept.Dequeue();
            _kept.Enqueue(item, item);
        }

        public List<(long Count, byte[] Name, byte[]? Value)> Sorted()
        {
            var sorted = new List<(long Count, byte[] Name, byte[]? Value)>();
            while (_kept.TryDequeue(out var item, out _))
                sorted.Add(item);
            sorted.Reverse();
            return sorted;
        }
    }

    private sealed class Order : IComparer<(long Count, byte[] Name, byte[]? Value)>
    {
        public static readonly Order Instance = new();

        public int Compare((long Count, byte[] Name, byte[]? Value) x, (long Count, byte[] Name, byte[]? Value) y)
        {
            if (x.Count != y.Count)
                return x.Count.CompareTo(y.Count);
            var order = y.Name.AsSpan().SequenceCompareTo(x.Name);
            return order != 0 ? order : y.Value.AsSpan().SequenceCompareTo(x.Value);
        }
    }
}
