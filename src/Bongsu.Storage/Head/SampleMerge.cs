using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Head;

/// <summary>Puts samples of one series from several places together: ascending, and where two have the same time the newer place's stands.</summary>
internal static class SampleMerge
{
    /// <summary>Merges two sorted runs; of equal times the newer one's value stands.</summary>
    /// <param name="older">Written first.</param>
    /// <param name="newer">Written last.</param>
    /// <param name="into">A third buffer, whose content is replaced. What comes back is one of the three.</param>
    public static SampleColumns Merge(SampleColumns older, SampleColumns newer, SampleColumns into)
    {
        if (older.IsEmpty)
            return newer;
        if (newer.IsEmpty)
            return older;
        into.Clear();
        MergeFloats(older, newer, into);
        MergeHistograms(older, newer, into);
        return into;
    }

    /// <summary>Appends all samples to a buffer that may hold some of the series already.</summary>
    public static void Append(SampleColumns from, SampleColumns into) => AppendRange(from, long.MinValue, long.MaxValue, into);

    /// <summary>Appends what lies in [from, to].</summary>
    public static void AppendRange(SampleColumns from, long fromMs, long toMs, SampleColumns into)
    {
        var (start, end) = TimeRange.Of(from.TimesMs.Span, fromMs, toMs);
        AppendStarts(from.StartTimesMs, start, end, into.TimesMs.Count, into.StartTimesMs);
        into.TimesMs.Add(from.TimesMs.Span[start..end]);
        into.Values.Add(from.Values.Span[start..end]);
        (start, end) = TimeRange.Of(from.HistogramTimesMs.Span, fromMs, toMs);
        AppendStarts(from.HistogramStartTimesMs, start, end, into.HistogramTimesMs.Count, into.HistogramStartTimesMs);
        for (var i = start; i < end; i++)
            into.Add(from.HistogramTimesMs[i], from.Histograms[i]);
    }

    /// <summary>Appends part of a column that is empty when no sample has a start; <paramref name="before"/> samples stand in the target already.</summary>
    private static void AppendStarts(Column<long> from, int start, int end, int before, Column<long> into)
    {
        if (from.Count == 0 && into.Count == 0)
            return;
        into.Take(before - into.Count).Clear();
        if (from.Count == 0)
            into.Take(end - start).Clear();
        else
            into.Add(from.Span[start..end]);
    }

    private static void MergeFloats(SampleColumns older, SampleColumns newer, SampleColumns into)
    {
        ReadOnlySpan<long> left = older.TimesMs.Span, right = newer.TimesMs.Span;
        var hasStarts = older.StartTimesMs.Count + newer.StartTimesMs.Count > 0;
        var (i, j) = (0, 0);
        while (i < left.Length || j < right.Length)
        {
            var takesLeft = j == right.Length || (i < left.Length && left[i] < right[j]);
            if (!takesLeft && i < left.Length && left[i] == right[j])
                i++;
            // A newer histogram replaces an older float of its time.
            if (takesLeft && newer.HistogramTimesMs.Count > 0 && newer.HistogramTimesMs.Span.BinarySearch(left[i]) >= 0)
            {
                i++;
                continue;
            }
            if (hasStarts)
                into.StartTimesMs.Add(takesLeft ? At(older.StartTimesMs, i) : At(newer.StartTimesMs, j));
            if (takesLeft)
                into.Add(left[i], older.Values[i++]);
            else
                into.Add(right[j], newer.Values[j++]);
        }
    }

    private static void MergeHistograms(SampleColumns older, SampleColumns newer, SampleColumns into)
    {
        ReadOnlySpan<long> left = older.HistogramTimesMs.Span, right = newer.HistogramTimesMs.Span;
        var hasStarts = older.HistogramStartTimesMs.Count + newer.HistogramStartTimesMs.Count > 0;
        var (i, j) = (0, 0);
        while (i < left.Length || j < right.Length)
        {
            var takesLeft = j == right.Length || (i < left.Length && left[i] < right[j]);
            if (!takesLeft && i < left.Length && left[i] == right[j])
                i++;
            if (takesLeft && newer.TimesMs.Count > 0 && newer.TimesMs.Span.BinarySearch(left[i]) >= 0)
            {
                i++;
                continue;
            }
            if (hasStarts)
                into.HistogramStartTimesMs.Add(takesLeft ? At(older.HistogramStartTimesMs, i) : At(newer.HistogramStartTimesMs, j));
            if (takesLeft)
                into.Add(left[i], older.Histograms[i++]);
            else
                into.Add(right[j], newer.Histograms[j++]);
        }
    }

    private static long At(Column<long> starts, int index) => starts.Count == 0 ? 0 : starts[index];
}
