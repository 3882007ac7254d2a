using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>Puts samples of one series from several places together: ascending, and where two have the same time the newer place's stands.</summary>
internal static class SampleMerge
{
    /// <summary>Merges two sorted runs; of equal times the newer one's value stands.</summary>
    public static SampleColumns Merge(SampleColumns older, SampleColumns newer)
    {
        if (older.IsEmpty)
            return newer;
        if (newer.IsEmpty)
            return older;
        var merged = new SampleColumns();
        MergeFloats(older, newer, merged);
        MergeHistograms(older, newer, merged);
        return merged;
    }

    private static void MergeFloats(SampleColumns older, SampleColumns newer, SampleColumns into)
    {
        ReadOnlySpan<long> left = older.TimesMs.Span, right = newer.TimesMs.Span;
        var (i, j) = (0, 0);
        while (i < left.Length || j < right.Length)
        {
            if (j == right.Length || (i < left.Length && left[i] < right[j]))
            {
                // A newer histogram replaces an older float of its time.
                if (newer.HistogramTimesMs.Span.BinarySearch(left[i]) < 0)
                    into.Add(left[i], older.Values[i]);
                i++;
                continue;
            }
            if (i < left.Length && left[i] == right[j])
                i++;
            into.Add(right[j], newer.Values[j++]);
        }
    }

    private static void MergeHistograms(SampleColumns older, SampleColumns newer, SampleColumns into)
    {
        ReadOnlySpan<long> left = older.HistogramTimesMs.Span, right = newer.HistogramTimesMs.Span;
        var (i, j) = (0, 0);
        while (i < left.Length || j < right.Length)
        {
            if (j == right.Length || (i < left.Length && left[i] < right[j]))
            {
                if (newer.TimesMs.Span.BinarySearch(left[i]) < 0)
                    into.Add(left[i], older.Histograms[i]);
                i++;
                continue;
            }
            if (i < left.Length && left[i] == right[j])
                i++;
            into.Add(right[j], newer.Histograms[j++]);
        }
    }

    /// <summary>Appends what lies in [from, to].</summary>
    public static void AppendRange(SampleColumns from, long fromMs, long toMs, SampleColumns into)
    {
        var (start, end) = Range(from.TimesMs.Span, fromMs, toMs);
        into.TimesMs.Add(from.TimesMs.Span[start..end]);
        into.Values.Add(from.Values.Span[start..end]);
        (start, end) = Range(from.HistogramTimesMs.Span, fromMs, toMs);
        for (var i = start; i < end; i++)
            into.Add(from.HistogramTimesMs[i], from.Histograms[i]);
    }

    private static (int Start, int End) Range(ReadOnlySpan<long> times, long fromMs, long toMs)
    {
        var start = times.BinarySearch(fromMs);
        var end = times.BinarySearch(toMs);
        start = start < 0 ? ~start : start;
        end = end < 0 ? ~end : end + 1;
        return (start, Math.Max(start, end));
    }
}
