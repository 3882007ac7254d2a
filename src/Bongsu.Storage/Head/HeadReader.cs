using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Head;

/// <summary>Reads series of heads: copies what is open within the gate, decodes chunks without it. Keeps its buffers; not thread-safe.</summary>
internal sealed class HeadReader
{
    private readonly Column<long> _openTimes = new();
    private readonly Column<double> _openValues = new();
    private readonly Column<long> _chunkTimes = new();
    private readonly Column<double> _chunkValues = new();
    private readonly Column<uint> _chunks = new();
    private readonly SampleColumns _late = new();
    private readonly SampleColumns _ordered = new();
    private readonly SampleColumns _histograms = new();
    private readonly SampleColumns _merged = new();
    private readonly SampleColumns _mixed = new();
    private StartTimes? _starts;

    /// <summary>Appends the samples of a series in [from, to], ascending.</summary>
    public void Read(MetricHead head, int id, long fromMs, long toMs, SampleColumns into)
    {
        SeriesState series;
        lock (head.Gate)
        {
            if (!head.TryGet(id, out series) || series.MinMs > toMs || series.MaxMs < fromMs)
                return;
            CopyOpen(series, fromMs, toMs);
            if (series.Extras != SeriesExtras.None)
                CopyExtras(head, id, series.Extras, fromMs, toMs);
        }
        // Fast path: nothing but floats in order.
        if ((series.Extras & ~SeriesExtras.Exemplars) == SeriesExtras.None)
        {
            ReadOrdered(head.Slabs, series.Chunk, fromMs, toMs, into);
            return;
        }
        _ordered.Clear();
        ReadOrdered(head.Slabs, series.Chunk, fromMs, toMs, _ordered);
        Combine(series.Extras, into);
    }

    private void CopyOpen(in SeriesState series, long fromMs, long toMs)
    {
        _openTimes.Clear();
        _openValues.Clear();
        if (series.Count == 0 || series.FirstMs > toMs || series.LastMs < fromMs)
            return;
        if (series.Times is { } stored)
        {
            var (start, end) = TimeRange.Of(stored.AsSpan(0, series.Count), fromMs, toMs);
            _openTimes.Add(stored.AsSpan(start, end - start));
            _openValues.Add(series.Values.AsSpan(start, end - start));
            return;
        }
        var step = Math.Max(1, series.StepMs);
        var first = fromMs <= series.FirstMs ? 0 : (int)Math.Min(series.Count, (fromMs - series.FirstMs + step - 1) / step);
        var last = toMs >= series.LastMs ? series.Count - 1 : (int)((toMs - series.FirstMs) / step);
        if (last < first)
            return;
        var times = _openTimes.Take(last - first + 1);
        for (var i = 0; i < times.Length; i++)
            times[i] = series.TimeAt(first + i);
        _openValues.Add(series.Values.AsSpan(first, times.Length));
    }

    private void CopyExtras(MetricHead head, int id, SeriesExtras extras, long fromMs, long toMs)
    {
        _late.Clear();
        _histograms.Clear();
        _starts = null;
        if ((extras & SeriesExtras.Late) != 0)
            head.Late(id).Read(fromMs, toMs, _late.TimesMs, _late.Values);
        if ((extras & SeriesExtras.Histograms) != 0)
            head.Histograms(id).Read(fromMs, toMs, _histograms);
        if ((extras & SeriesExtras.StartTimes) != 0)
            _starts = head.Starts(id).Copy();
    }

    private void ReadOrdered(ChunkSlabs slabs, uint chunk, long fromMs, long toMs, SampleColumns into)
    {
        _chunks.Clear();
        while (chunk != ChunkSlabs.None)
        {
            slabs.Read(chunk, out var previous, out var minMs, out var maxMs);
            if (maxMs < fromMs)
                break;
            if (minMs <= toMs)
                _chunks.Add(chunk);
            chunk = previous;
        }
        for (var i = _chunks.Count - 1; i >= 0; i--)
        {
            var bytes = new ByteReader(slabs.Read(_chunks[i], out _, out var minMs, out var maxMs));
            if (minMs >= fromMs && maxMs <= toMs)
                Check(ChunkCodec.TryRead(ref bytes, into.TimesMs, into.Values));
            else
                ReadPart(ref bytes, fromMs, toMs, into);
        }
        into.TimesMs.Add(_openTimes.Span);
        into.Values.Add(_openValues.Span);
    }

    private void ReadPart(ref ByteReader bytes, long fromMs, long toMs, SampleColumns into)
    {
        _chunkTimes.Clear();
        _chunkValues.Clear();
        Check(ChunkCodec.TryRead(ref bytes, _chunkTimes, _chunkValues));
        var (start, end) = TimeRange.Of(_chunkTimes.Span, fromMs, toMs);
        into.TimesMs.Add(_chunkTimes.Span[start..end]);
        into.Values.Add(_chunkValues.Span[start..end]);
    }

    private void Combine(SeriesExtras extras, SampleColumns into)
    {
        var floats = (extras & SeriesExtras.Late) != 0 ? SampleMerge.Merge(_ordered, _late, _merged) : _ordered;
        if ((extras & SeriesExtras.Histograms) != 0)
            floats = SampleMerge.Merge(floats, _histograms, _mixed);
        if (_starts is not null)
        {
            floats.StartTimesMs.Clear();
            floats.HistogramStartTimesMs.Clear();
            _starts.Fill(floats.TimesMs.Span, 0, floats.StartTimesMs);
            _starts.Fill(floats.HistogramTimesMs.Span, 0, floats.HistogramStartTimesMs);
        }
        SampleMerge.Append(floats, into);
    }

    private static void Check(bool read)
    {
        if (!read)
            throw new InvalidOperationException("BUG: a chunk of the head does not decode.");
    }
}
