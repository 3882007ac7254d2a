using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>
/// The series of one target from scrape to scrape: makes samples of what its lines say, without looking into lines that were there before, and ends
/// series that have gone with a staleness marker. Not thread-safe.
/// </summary>
internal sealed class TargetSeries
{
    // How long a series passes without a look by the pipeline, whose limits count it as active by such looks.
    private const long LookIntervalMs = 5 * 60_000;

    // 2262-04-11 in ms: the last time that also has a count of nanoseconds.
    private const long MaxMs = long.MaxValue / 1_000_000;

    // Beyond twice the lines and series of a scrape, and these, what has gone is forgotten.
    private const int Spare = 128;

    private readonly Dictionary<LabelSet, ScrapedSeries> _series = new(KeyedLabels.Instance);
    private readonly Dictionary<LabelSet, StartSlot> _starts = new(KeyedLabels.Instance);
    private readonly KnownLine _beforeFirst = new([], 0);
    private LineTable _lines = new();
    private int _linesOfLastScrape;
    private KnownLine _previous;
    private long _timeMs;
    private bool _hasStarts;

    public TargetSeries() => _previous = _beforeFirst;

    public ExposedFamilies Families { get; } = new();

    public int KnownLines => _lines.Count;

    /// <summary>Number of the present scrape, from 1.</summary>
    public long Scrape { get; private set; }

    public int Scraped { get; private set; }

    public int Kept { get; private set; }

    public int Added { get; private set; }

    /// <summary>A series that this scrape brought twice for one time, of which the first counts; null when there is none.</summary>
    public LabelSet? Repeated { get; private set; }

    /// <summary>The text of the line that came next in the last scrape; empty when there is none.</summary>
    public ReadOnlySpan<byte> Expected => _previous.Next is { } next ? next.Text : default;

    /// <summary>Forgets how lines are read but not which series are live: the rules of the job have changed.</summary>
    public void ForgetLines()
    {
        _lines = new LineTable();
        _beforeFirst.Next = null;
    }

    public void Begin(long timeMs)
    {
        Scrape++;
        _timeMs = timeMs;
        _previous = _beforeFirst;
        _hasStarts = false;
        Scraped = Kept = Added = 0;
        Repeated = null;
        Families.Begin();
    }

    /// <summary>The line of a text that was seen before; null when it is new.</summary>
    public KnownLine? Find(ReadOnlySpan<byte> text)
    {
        // Hot path: mostly one comparison with the line that came next the last time; 0 B/op (see ExpositionParseBenchmark, ScrapeAllocationTests)
        var line = _previous.Next;
        if (line is null || !text.SequenceEqual(line.Text))
            line = _lines.Find(text, KeyedHash.Of(text));
        if (line is not null)
            Follow(line);
        return line;
    }

    /// <summary>Learns a new line; null and a fault when the whole scrape must fail for it.</summary>
    public KnownLine? Learn(ReadOnlySpan<byte> text, LabelBuffer exposed, SeriesLabels rules, out string? fault)
    {
        var result = rules.Of(exposed);
        fault = result.Fault;
        if (fault is not null)
            return null;
        var line = new KnownLine(text.ToArray(), KeyedHash.Of(text)) { Refusal = result.Refusal, RefusalReason = result.Reason };
        if (result.Labels is { } labels)
        {
            if (!_series.TryGetValue(labels, out var series))
            {
                _series[labels] = series = new ScrapedSeries(labels);
                Added++;
            }
            line.Series = series;
        }
        _lines.Add(line);
        Follow(line);
        return line;
    }

    /// <summary>The place where the start of the counters with these labels is told.</summary>
    public StartSlot StartOf(LabelSet metric)
    {
        if (!_starts.TryGetValue(metric, out var slot))
            _starts[metric] = slot = new StartSlot();
        return slot;
    }

    /// <summary>Takes note of a start time; <see cref="Finish"/> gives it to the samples it is for.</summary>
    public void TellStart(StartSlot slot, double seconds)
    {
        slot.Set(Scrape, seconds);
        _hasStarts = true;
    }

    /// <summary>As the other, of a line that has the start time in itself; 0 is none.</summary>
    public void TellStart(KnownLine line, long startMs)
    {
        if (startMs <= 0)
            return;
        (line.Start ??= new StartSlot()).SetMs(Scrape, startMs);
        _hasStarts = true;
    }

    public void Add(KnownLine line, bool hasTime, long timestampMs, double value, ScrapeJob job, ScrapeWork work)
    {
        var index = Enter(line, hasTime, ref timestampMs, job, work);
        if (index < 0)
            return;
        work.Batch.AddSample(index, timestampMs, value);
        work.Starts.Add(line.TellsStart ? null : line.Start);
        if (line is { TellsStart: true, Start: { } start })
            TellStart(start, value);
    }

    public void Add(KnownLine line, bool hasTime, long timestampMs, NativeHistogram value, long startMs, ScrapeJob job, ScrapeWork work)
    {
        var index = Enter(line, hasTime, ref timestampMs, job, work);
        if (index < 0)
            return;
        work.Batch.Histograms.Add((index, timestampMs, value));
        var starts = work.Batch.HistogramStartTimesMs;
        if (startMs > 0 || starts.Count > 0)
        {
            while (starts.Count < work.Batch.Histograms.Count - 1)
                starts.Add(0);
            starts.Add(startMs);
        }
    }

    /// <summary>Adds an exemplar to the series of a line that has just been added, unless it is the one it showed the last time.</summary>
    public void AddExemplar(KnownLine line, ulong hash, LabelBuffer labels, bool hasTime, long timestampMs, double value, ScrapeWork work)
    {
        line.LastExemplar = hash;
        if (line.Series is not { } series || series.LastScrape != Scrape)
            return;
        if (labels.Canonical(out var canonical) && (!hasTime || timestampMs is >= 0 and <= MaxMs))
            work.Batch.Exemplars.Add((series.BatchIndex, new Exemplar(LabelSet.FromCanonical(canonical), hasTime ? timestampMs : series.LastSampleMs, value)));
    }

    /// <summary>After a body that was read to its end: ends series that have gone, and fills in what was told late.</summary>
    public void Finish(ScrapeWork work)
    {
        foreach (var series in _series.Values)
        {
            if (series.LastScrape == Scrape)
                series.IsLive = series.EndsStale;
            else if (series.IsLive)
                End(series, work, _timeMs);
        }
        Families.Finish(work.Batch, Scrape);
        if (_hasStarts)
        {
            foreach (var slot in work.Starts)
                work.Batch.SampleStartTimesMs.Add(slot?.Of(Scrape) ?? 0);
            while (work.Batch.SampleStartTimesMs.Count < work.Batch.SampleSeries.Count)
                work.Batch.SampleStartTimesMs.Add(0);
        }
        if (_lines.Count > 2 * Scraped + Spare || _series.Count > 2 * Kept + Spare)
            Forget();
        _linesOfLastScrape = _lines.Count;
    }

    /// <summary>Ends all series: the target does not answer, or has gone.</summary>
    public void EndAll(ScrapeWork work, long timeMs)
    {
        foreach (var series in _series.Values)
        {
            if (series.IsLive)
                End(series, work, timeMs);
        }
        // Why: bodies that fail after many new lines, again and again, must not add up.
        if (_lines.Count <= 2 * _linesOfLastScrape + Spare)
            return;
        ForgetLines();
        _series.Clear();
        _starts.Clear();
        Families.Forget();
    }

    /// <summary>Adds a sample of a series about the scrape itself.</summary>
    public void AddReport(ScrapedSeries series, long timeMs, double value, ScrapeWork work)
    {
        work.Batch.AddSample(IndexOf(series, work), timeMs, value);
        if (work.Batch.SampleStartTimesMs.Count > 0)
            work.Batch.SampleStartTimesMs.Add(0);
    }

    /// <summary>After the batch was stored: its series are known by handle from now on.</summary>
    public static void Stored(ScrapeWork work, long nowMs)
    {
        foreach (var (index, series) in work.Pending)
        {
            if (work.Batch.IsDropped(index))
                continue;
            series.Handle ??= new SeriesHandle(LabelSet.FromCanonical(work.Batch.SeriesLabels(index)));
            series.LookedAtMs = nowMs;
        }
    }

    private void Follow(KnownLine line)
    {
        _previous.Next = line;
        _previous = line;
    }

    /// <summary>The series of a line in the batch; -1 when the sample is not to be stored.</summary>
    private int Enter(KnownLine line, bool hasTime, ref long timestampMs, ScrapeJob job, ScrapeWork work)
    {
        line.LastScrape = Scrape;
        Scraped++;
        if (line.Refusal is { } refusal)
        {
            Kept++;
            work.Tally.Add(line.RefusalReason, refusal);
            return -1;
        }
        if (line.Series is not { } series)
            return -1;
        Kept++;
        var bringsTime = hasTime && job.HonorTimestamps;
        if (!bringsTime)
            timestampMs = _timeMs;
        else if (timestampMs is < 0 or > MaxMs)
        {
            work.Tally.Add(timestampMs < 0 ? RejectReason.TooOld : RejectReason.TooFarInFuture, $"a sample has the time {timestampMs} ms; times are milliseconds since 1970, in OpenMetrics seconds");
            return -1;
        }
        // Why: a target that shows a series twice is wrong; Prometheus keeps the first, and so do we, whatever the store would do.
        if (series.LastScrape == Scrape && series.LastSampleMs == timestampMs)
        {
            Repeated ??= series.Labels;
            return -1;
        }
        var index = series.LastScrape == Scrape ? series.BatchIndex : IndexOf(series, work);
        series.LastScrape = Scrape;
        series.BatchIndex = index;
        series.LastSampleMs = timestampMs;
        series.EndsStale = !bringsTime || job.TrackTimestampsStaleness;
        return index;
    }

    private int IndexOf(ScrapedSeries series, ScrapeWork work)
    {
        if (series.Handle is { } known && _timeMs - series.LookedAtMs < LookIntervalMs)
            return work.Batch.AddSeries(known);
        var index = work.Batch.AddSeries(series.Handle is { } stale ? stale.Labels.Bytes : series.Labels.Bytes);
        work.Pending.Add((index, series));
        return index;
    }

    private void End(ScrapedSeries series, ScrapeWork work, long timeMs)
    {
        series.IsLive = false;
        work.Batch.AddSample(IndexOf(series, work), timeMs, SampleValues.StaleNaN);
    }

    private void Forget()
    {
        _lines.Keep(Scrape);
        foreach (var (labels, series) in _series)
        {
            if (series.LastScrape != Scrape)
                _series.Remove(labels);
        }
        // Lines hold on to their places of start, so both go together.
        if (_starts.Count <= Scraped + Spare)
            return;
        _starts.Clear();
        ForgetLines();
    }
}
