using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>load_with_nhcb: classic histograms are stored as native ones with custom buckets besides, under the base name.</summary>
internal static class CustomBucketConversion
{
    public static void AddTo(MetricBatch batch, LoadCommand load)
    {
        var found = new Dictionary<LabelSet, SortedDictionary<int, Classic>>();
        foreach (var (labels, points, _) in load.Series)
        {
            var name = labels.Get(LabelNames.MetricName) ?? "";
            var suffix = new[] { "_bucket", "_sum", "_count" }.FirstOrDefault(s => name.EndsWith(s, StringComparison.Ordinal));
            var bound = 0.0;
            if (suffix is null || (suffix == "_bucket" && (!PromNumber.TryParse(labels.Get("le") ?? "", out bound) || double.IsNaN(bound))))
                continue;
            var key = new LabelSetBuilder(labels).Remove("le").Set(LabelNames.MetricName, name[..^suffix.Length]).ToLabelSet();
            if (!found.TryGetValue(key, out var classics))
                found[key] = classics = [];
            for (var i = 0; i < points.Count; i++)
            {
                if (!points[i].IsOmitted && points[i].Histogram is null && !SampleValues.IsStale(points[i].Value))
                    Take(classics, i, suffix, bound, points[i].Value);
            }
        }
        foreach (var (labels, classics) in found)
        {
            var series = batch.AddSeries(labels.Bytes);
            foreach (var (step, classic) in classics)
                batch.Histograms.Add((series, step * load.StepMs, classic.Convert()));
        }
    }

    private static void Take(SortedDictionary<int, Classic> classics, int step, string suffix, double bound, double value)
    {
        if (!classics.TryGetValue(step, out var classic))
            classics[step] = classic = new Classic();
        if (suffix == "_bucket")
            classic.Buckets.TryAdd(bound, value);
        else if (suffix == "_sum")
            classic.Sum = value;
        else
            classic.Count = value;
    }

    private sealed class Classic
    {
        public SortedDictionary<double, double> Buckets { get; } = [];
        public double Sum { get; set; }
        public double? Count { get; set; }

        public NativeHistogram Convert()
        {
            var total = Count ?? (Buckets.Count > 0 ? Buckets.Values.Last() : 0);
            Buckets.TryAdd(double.PositiveInfinity, total);
            var buckets = new List<IndexedBucket>();
            var below = 0.0;
            foreach (var cumulative in Buckets.Values)
            {
                buckets.Add(new IndexedBucket(buckets.Count, cumulative - below));
                below = cumulative;
            }
            var (spans, counts) = HistogramBuckets.Encode(buckets);
            return new NativeHistogram
            {
                Schema = NativeHistogram.CustomBucketsSchema,
                Count = total,
                Sum = Sum,
                CustomValues = [.. Buckets.Keys.Where(double.IsFinite)],
                PositiveSpans = spans,
                PositiveBuckets = counts,
            };
        }
    }
}
