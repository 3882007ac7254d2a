namespace Bongsu.Storage.Head;

/// <summary>Puts a record, whose series are ids of the table (-1: to be left out), into the heads its samples belong to. The writer's alone.</summary>
internal sealed class RecordApplier(HeadRouter router, long windowMs)
{
    // A record over more windows than stay open is a backfill, series by series; it opens no windows.
    private const int BackfillWindows = 2;

    private long _runningMs;
    private long _walFile;

    public void Apply(SampleRecord record, long runningMs, long walFile)
    {
        (_runningMs, _walFile) = (runningMs, walFile);
        var isBackfill = IsBackfill(record.TimesMs.Span);
        ReadOnlySpan<long> times = record.TimesMs.Span;
        for (var start = 0; start < times.Length;)
        {
            var head = Touch(router.Of(times[start], isBackfill));
            var end = start + 1;
            while (end < times.Length && (head.IsLate ? isBackfill && router.Of(times[end], isBackfill) == head : head.Covers(times[end])))
                end++;
            // One gate for all of a batch that goes to one head.
            lock (head.Gate)
                Append(record, head, start, end);
            start = end;
        }
        for (var i = 0; i < record.Histograms.Count; i++)
            AppendHistogram(record, i, isBackfill);
        foreach (var (id, exemplar) in record.Exemplars)
        {
            if (id < 0)
                continue;
            var head = Touch(router.Of(exemplar.TimestampMs, isBackfill));
            lock (head.Gate)
                head.Add(id, exemplar);
        }
    }

    // Hot path: 0 B/op (see MetricAppendBenchmark, AllocationTests)
    private static void Append(SampleRecord record, MetricHead head, int start, int end)
    {
        ReadOnlySpan<int> series = record.Series.Span;
        ReadOnlySpan<long> times = record.TimesMs.Span, starts = record.StartTimesMs.Span;
        ReadOnlySpan<double> values = record.Values.Span;
        // A sample without a start after one with a start says that it is unknown from then on.
        var hasStarts = !starts.IsEmpty || head.HasStarts;
        for (var i = start; i < end; i++)
        {
            if (series[i] < 0)
                continue;
            head.Append(series[i], times[i], values[i]);
            if (hasStarts)
                head.SetStart(series[i], times[i], starts.IsEmpty ? 0 : starts[i]);
        }
    }

    private void AppendHistogram(SampleRecord record, int index, bool isBackfill)
    {
        var (id, time, value) = record.Histograms[index];
        if (id < 0)
            return;
        var head = Touch(router.Of(time, isBackfill));
        lock (head.Gate)
        {
            head.Append(id, time, value);
            head.SetStart(id, time, record.HistogramStartTimesMs.Count == 0 ? 0 : record.HistogramStartTimesMs[index]);
        }
    }

    private bool IsBackfill(ReadOnlySpan<long> times)
    {
        if (times.IsEmpty)
            return false;
        var (min, max) = (times[0], times[0]);
        foreach (var time in times)
            (min, max) = (Math.Min(min, time), Math.Max(max, time));
        return (ulong)(max - min) > (ulong)windowMs * BackfillWindows;
    }

    private MetricHead Touch(MetricHead head)
    {
        if (head.BegunMs == 0)
            (head.BegunMs, head.WalFrom) = (_runningMs, _walFile);
        head.AppendedMs = _runningMs;
        return head;
    }
}
