using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Head;

/// <summary>
/// The samples of one time window (or, for late ones, of any time) that are not sealed yet. One writer adds, holding <see cref="Gate"/> once for a whole
/// batch; a reader holds it to copy the open samples of a series and learn its latest chunk. Chunks never change, so they are decoded without it: what the
/// writer wrote before it left the gate is visible to whoever enters after.
/// </summary>
internal sealed class MetricHead(SeriesTable table, long fromMs, long toMs)
{
    private const int PageBits = 8;
    private const int PageSeries = 1 << PageBits;
    private const int StateBytes = 72;
    private const int MinOpen = 8;

    // A longer run compresses better and decodes faster; with very many series the open samples must be few.
    private const int MaxOpen = 128;
    private const int MaxOpenOfMany = 32;
    private const int ManySeries = 100_000;

    // The latest exemplars lead to traces that still exist; older ones lead nowhere.
    private const int MaxExemplars = 64;

    private readonly ChunkSlabs _slabs = new();
    private readonly ByteWriter _encoded = new(1 << 11);
    private readonly long[] _chunkTimes = new long[MaxOpen];
    private readonly Dictionary<int, LateSamples> _late = [];
    private readonly Dictionary<int, HistogramSamples> _histograms = [];
    private readonly Dictionary<int, StartTimes> _starts = [];
    private readonly Dictionary<int, Queue<Exemplar>> _exemplars = [];
    private SeriesState[]?[] _pages = [];
    private long _sizeBytes;
    private int _activeCount;

    /// <summary>Held to touch anything but chunks.</summary>
    public object Gate { get; } = new();

    public SeriesTable Table { get; } = table;

    /// <summary>First time that belongs here.</summary>
    public long FromMs { get; } = fromMs;

    /// <summary>The first time that does not; <see cref="long.MaxValue"/> for late samples of any time.</summary>
    public long ToMs { get; } = toMs;

    public bool IsLate => ToMs == long.MaxValue;

    public bool Covers(long timeMs) => timeMs >= FromMs && timeMs < ToMs;

    public long SizeBytes => Volatile.Read(ref _sizeBytes) + _slabs.SizeBytes;

    /// <summary>Series with samples here.</summary>
    public int ActiveCount => Volatile.Read(ref _activeCount);

    public int ChunkCount => _slabs.Count;

    public ChunkSlabs Slabs => _slabs;

    /// <summary>Whether any series says when its counter began.</summary>
    public bool HasStarts => _starts.Count > 0;

    public long MinMs { get; private set; } = long.MaxValue;

    public long MaxMs { get; private set; } = long.MinValue;

    /// <summary>The first and the last WAL file that holds samples of this head; the last is known once it is frozen.</summary>
    public long WalFrom { get; set; }
    public long WalThrough { get; set; }

    /// <summary>Running times of the first and latest append.</summary>
    public long BegunMs { get; set; }
    public long AppendedMs { get; set; }

    /// <summary>Adds a sample. The writer's, within the gate.</summary>
    // Hot path: 0 B/op but when the open columns grow (see MetricAppendBenchmark, AllocationTests)
    public void Append(int id, long timeMs, double value)
    {
        ref var series = ref Writable(id);
        // Fast path: one step on, and room.
        if (series.Count >= 2 && series.Times is null && series.Extras == SeriesExtras.None && series.Count < series.Values!.Length
            && timeMs == series.FirstMs + (long)series.Count * series.StepMs)
        {
            series.Values[series.Count++] = value;
            series.LastMs = timeMs;
            if (timeMs > series.MaxMs)
                Widen(ref series, timeMs);
            return;
        }
        AppendSlow(ref series, id, timeMs, value);
    }

    public void Append(int id, long timeMs, NativeHistogram value)
    {
        ref var series = ref Writable(id);
        if (!_histograms.TryGetValue(id, out var histograms))
            _histograms[id] = histograms = new HistogramSamples();
        series.Extras |= SeriesExtras.Histograms;
        histograms.Set(timeMs, value);
        Widen(ref series, timeMs);
        Size(200 + (value.PositiveBuckets.Length + value.NegativeBuckets.Length) * 8);
    }

    /// <summary>Says when the counter behind a sample that was just appended began. The writer's, within the gate.</summary>
    public void SetStart(int id, long timeMs, long startMs)
    {
        ref var series = ref Writable(id);
        if (startMs == 0 && (series.Extras & SeriesExtras.StartTimes) == 0)
            return;
        if (!_starts.TryGetValue(id, out var starts))
            _starts[id] = starts = new StartTimes();
        series.Extras |= SeriesExtras.StartTimes;
        var before = starts.Count;
        starts.Set(timeMs, startMs, timeMs == series.MaxMs);
        Size((starts.Count - before) * 16);
    }

    public void Add(int id, Exemplar exemplar)
    {
        ref var series = ref Writable(id);
        if (!_exemplars.TryGetValue(id, out var exemplars))
            _exemplars[id] = exemplars = new Queue<Exemplar>();
        series.Extras |= SeriesExtras.Exemplars;
        if (exemplars.Contains(exemplar))
            return;
        if (exemplars.Count == MaxExemplars)
            exemplars.Dequeue();
        exemplars.Enqueue(exemplar);
        Widen(ref series, exemplar.TimestampMs);
        Size(200);
    }

    /// <summary>The state of a series; false when it has nothing here. Within the gate.</summary>
    public bool TryGet(int id, out SeriesState series)
    {
        series = default;
        if (id >> PageBits >= _pages.Length || _pages[id >> PageBits] is not { } page)
            return false;
        series = page[id & (PageSeries - 1)];
        return series.IsActive && series.MinMs <= series.MaxMs;
    }

    /// <summary>Within the gate.</summary>
    public LateSamples Late(int id) => _late[id];

    /// <summary>Within the gate.</summary>
    public HistogramSamples Histograms(int id) => _histograms[id];

    /// <summary>Within the gate.</summary>
    public StartTimes Starts(int id) => _starts[id];

    public Exemplar[] Exemplars(int id)
    {
        lock (Gate)
            return _exemplars.TryGetValue(id, out var exemplars) ? exemplars.ToArray() : [];
    }

    /// <summary>Clears the bits of series without samples in the time.</summary>
    public void KeepActive(ulong[] bits, long fromMs, long toMs)
    {
        lock (Gate)
        {
            for (var i = 0; i < bits.Length; i++)
            {
                for (var word = bits[i]; word != 0; word &= word - 1)
                {
                    var id = i * 64 + System.Numerics.BitOperations.TrailingZeroCount(word);
                    if (id >> PageBits >= _pages.Length || _pages[id >> PageBits] is not { } page
                        || !page[id & (PageSeries - 1)].IsActive || page[id & (PageSeries - 1)].MinMs > toMs || page[id & (PageSeries - 1)].MaxMs < fromMs)
                        bits[i] &= ~(word & (0 - word));
                }
            }
        }
    }

    /// <summary>A bit for each series with samples here.</summary>
    public ulong[] Active()
    {
        var bits = new ulong[(Table.Count + 63) / 64];
        Array.Fill(bits, ulong.MaxValue);
        KeepActive(bits, long.MinValue, long.MaxValue);
        return bits;
    }

    /// <summary>Replaces all samples of a series by what a deletion left. Within the gate.</summary>
    public void Replace(int id, SampleColumns left, Deletion deletion)
    {
        ref var series = ref Writable(id);
        _late.Remove(id);
        _histograms.Remove(id);
        _starts.Remove(id);
        series = new SeriesState { IsActive = true, MinMs = long.MaxValue, MaxMs = long.MinValue, LastMs = long.MinValue };
        for (var i = 0; i < left.TimesMs.Count; i++)
        {
            Append(id, left.TimesMs[i], left.Values[i]);
            SetStart(id, left.TimesMs[i], left.StartTimesMs.Count > 0 ? left.StartTimesMs[i] : 0);
        }
        for (var i = 0; i < left.Histograms.Count; i++)
        {
            Append(id, left.HistogramTimesMs[i], left.Histograms[i]);
            SetStart(id, left.HistogramTimesMs[i], left.HistogramStartTimesMs.Count > 0 ? left.HistogramStartTimesMs[i] : 0);
        }
        if (!_exemplars.Remove(id, out var exemplars))
            return;
        foreach (var exemplar in exemplars)
        {
            if (exemplar.TimestampMs < deletion.FromMs || exemplar.TimestampMs > deletion.ToMs)
                Add(id, exemplar);
        }
    }

    private ref SeriesState Writable(int id)
    {
        if (id >> PageBits >= _pages.Length || _pages[id >> PageBits] is null)
            AddPage(id >> PageBits);
        ref var series = ref _pages[id >> PageBits]![id & (PageSeries - 1)];
        if (!series.IsActive)
        {
            series = new SeriesState { IsActive = true, MinMs = long.MaxValue, MaxMs = long.MinValue, LastMs = long.MinValue };
            Volatile.Write(ref _activeCount, _activeCount + 1);
        }
        return ref series;
    }

    private void AddPage(int page)
    {
        if (page >= _pages.Length)
            Array.Resize(ref _pages, Math.Max(page + 1, _pages.Length * 2));
        _pages[page] = new SeriesState[PageSeries];
        Size(PageSeries * StateBytes);
    }

    private void Size(int bytes) => Volatile.Write(ref _sizeBytes, _sizeBytes + bytes);

    private void Widen(ref SeriesState series, long timeMs)
    {
        series.MinMs = Math.Min(series.MinMs, timeMs);
        series.MaxMs = Math.Max(series.MaxMs, timeMs);
        MinMs = Math.Min(MinMs, timeMs);
        MaxMs = Math.Max(MaxMs, timeMs);
    }

    private void AppendSlow(ref SeriesState series, int id, long timeMs, double value)
    {
        Widen(ref series, timeMs);
        if ((series.Extras & SeriesExtras.Histograms) != 0)
            _histograms[id].Remove(timeMs, timeMs);
        if (series is { Count: 0, Chunk: ChunkSlabs.None } || timeMs > series.LastMs)
            AppendLast(ref series, timeMs, value);
        else if (!TryPlace(ref series, timeMs, value))
            AppendLate(ref series, id, timeMs, value);
    }

    private void AppendLast(ref SeriesState series, long timeMs, double value)
    {
        if (series.Count >= (ActiveCount > ManySeries ? MaxOpenOfMany : MaxOpen))
            Cut(ref series);
        Ensure(ref series);
        if (series.Count == 0)
            (series.FirstMs, series.StepMs) = (timeMs, 0);
        else if (series.Count == 1 && series.Times is null && timeMs - series.FirstMs is > 0 and <= int.MaxValue)
            series.StepMs = (int)(timeMs - series.FirstMs);
        else if (series.Times is null && timeMs != series.FirstMs + (long)series.Count * series.StepMs)
            StoreTimes(ref series);
        if (series.Times is not null)
            series.Times[series.Count] = timeMs;
        series.Values![series.Count++] = value;
        series.LastMs = timeMs;
    }

    private void Ensure(ref SeriesState series)
    {
        var capacity = series.Values?.Length ?? 0;
        if (series.Count < capacity)
            return;
        var grown = Math.Clamp(capacity * 2, MinOpen, MaxOpen);
        Array.Resize(ref series.Values, grown);
        if (series.Times is not null)
            Array.Resize(ref series.Times, grown);
        Size((grown - capacity) * (series.Times is null ? 8 : 16));
    }

    private void StoreTimes(ref SeriesState series)
    {
        var times = new long[series.Values!.Length];
        for (var i = 0; i < series.Count; i++)
            times[i] = series.TimeAt(i);
        series.Times = times;
        Size(times.Length * 8);
    }

    private void Cut(ref SeriesState series)
    {
        _encoded.Clear();
        for (var i = 0; i < series.Count; i++)
            _chunkTimes[i] = series.TimeAt(i);
        ChunkCodec.Put(_encoded, _chunkTimes.AsSpan(0, series.Count), series.Values.AsSpan(0, series.Count), withSummary: false);
        series.Chunk = _slabs.Add(series.Chunk, _chunkTimes[0], _chunkTimes[series.Count - 1], _encoded.Written);
        series.Count = 0;
        if (series.Times is null)
            return;
        Size(series.Times.Length * -8);
        series.Times = null;
    }

    // Within the open samples a late one finds its place; a repeat changes nothing.
    private bool TryPlace(ref SeriesState series, long timeMs, double value)
    {
        var at = timeMs < series.FirstMs ? 0 : series.Count;
        while (at > 0 && series.TimeAt(at - 1) > timeMs)
            at--;
        if (at > 0 && series.TimeAt(at - 1) == timeMs)
        {
            series.Values![at - 1] = value;
            return true;
        }
        if (series.Count is 0 or >= MaxOpen || (at == 0 && !IsAboveChunks(series.Chunk, timeMs)))
            return false;
        Ensure(ref series);
        if (series.Times is null)
            StoreTimes(ref series);
        series.Times.AsSpan(at, series.Count - at).CopyTo(series.Times.AsSpan(at + 1));
        series.Values.AsSpan(at, series.Count - at).CopyTo(series.Values.AsSpan(at + 1));
        series.Times![at] = timeMs;
        series.Values![at] = value;
        series.Count++;
        series.FirstMs = series.Times[0];
        return true;
    }

    private bool IsAboveChunks(uint chunk, long timeMs)
    {
        if (chunk == ChunkSlabs.None)
            return true;
        _slabs.Read(chunk, out _, out _, out var maxMs);
        return timeMs > maxMs;
    }

    private void AppendLate(ref SeriesState series, int id, long timeMs, double value)
    {
        if (!_late.TryGetValue(id, out var late))
        {
            _late[id] = late = new LateSamples();
            Size(200);
        }
        series.Extras |= SeriesExtras.Late;
        Size(late.Add(timeMs, value));
    }
}
