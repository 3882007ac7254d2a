using Bongsu.Telemetry.Metrics;

namespace Bongsu.Response.Red;

/// <summary>The samples of one counter, whether it came as a float or inside a native histogram; staleness markers are left out.</summary>
/// <param name="Sums">The histogram's sums; the same as the counts for a float counter.</param>
internal sealed record CounterSamples(IReadOnlyList<long> TimesMs, IReadOnlyList<double> Counts, IReadOnlyList<double> Sums)
{
    public static CounterSamples Of(SampleColumns columns)
    {
        var times = new List<long>(columns.TimesMs.Count + columns.Histograms.Count);
        var counts = new List<double>(times.Capacity);
        var sums = new List<double>(times.Capacity);
        int f = 0, h = 0;
        while (f < columns.TimesMs.Count || h < columns.HistogramTimesMs.Count)
        {
            var takeFloat = h >= columns.HistogramTimesMs.Count || (f < columns.TimesMs.Count && columns.TimesMs[f] <= columns.HistogramTimesMs[h]);
            var time = takeFloat ? columns.TimesMs[f] : columns.HistogramTimesMs[h];
            var count = takeFloat ? columns.Values[f] : columns.Histograms[h].Count;
            var sum = takeFloat ? columns.Values[f++] : columns.Histograms[h++].Sum;
            if (!double.IsFinite(count) || !double.IsFinite(sum))
                continue;
            times.Add(time);
            counts.Add(count);
            sums.Add(sum);
        }
        return new CounterSamples(times, counts, sums);
    }
}
