using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>
/// Adds delta points up to cumulative ones, a total for each series. A window (start, time) that was the last one counted is answered with the
/// same total again, so that a request sent twice counts once; a window that ends before it is refused, since it cannot be told from a repeat.
/// Totals live in memory: after a restart they begin at zero, which queries see as a counter reset. Thread-safe.
/// </summary>
internal sealed class DeltaAccumulator(int maxSeries, TimeProvider time)
{
    public static readonly TimeSpan IdleTime = TimeSpan.FromHours(1);

    private readonly object _lock = new();
    // By hash: what is held for a series does not grow with its labels.
    private readonly Dictionary<ulong, State> _series = [];
    private long _lastSweep;

    public enum Outcome : byte
    {
        Counted,
        Late,
        Full,
    }

    public int Count
    {
        get
        {
            lock (_lock)
                return _series.Count;
        }
    }

    public Outcome Add(LabelSet series, ulong startNanos, ulong timeNanos, double delta, out double total)
    {
        lock (_lock)
        {
            var outcome = Find(series, startNanos, timeNanos, out var state, out var isRepeat);
            if (outcome == Outcome.Counted && !isRepeat)
                state!.Total += delta;
            total = state?.Total ?? 0;
            return outcome;
        }
    }

    public Outcome Add(LabelSet series, ulong startNanos, ulong timeNanos, ExponentialPoint delta, int maxBuckets, out ExponentialPoint total)
    {
        lock (_lock)
        {
            var outcome = Find(series, startNanos, timeNanos, out var state, out var isRepeat);
            if (outcome == Outcome.Counted && !isRepeat)
                state!.Histogram = state.Histogram is null ? delta : state.Histogram.Plus(delta, maxBuckets);
            total = state?.Histogram ?? delta;
            return outcome;
        }
    }

    private Outcome Find(LabelSet series, ulong startNanos, ulong timeNanos, out State? state, out bool isRepeat)
    {
        isRepeat = false;
        var now = time.GetTimestamp();
        if (!_series.TryGetValue(series.Hash, out state))
        {
            if (_series.Count >= maxSeries)
                Sweep(now);
            if (_series.Count >= maxSeries)
                return Outcome.Full;
            _series[series.Hash] = state = new State();
        }
        else if (timeNanos <= state.LastTime)
        {
            isRepeat = timeNanos == state.LastTime && startNanos == state.LastStart;
            return isRepeat ? Outcome.Counted : Outcome.Late;
        }
        state.LastStart = startNanos;
        state.LastTime = timeNanos;
        state.LastSeen = now;
        return Outcome.Counted;
    }

    /// <summary>Forgets series without points for <see cref="IdleTime"/>; at most once a minute, since it looks at all.</summary>
    private void Sweep(long now)
    {
        if (_lastSweep != 0 && time.GetElapsedTime(_lastSweep, now) < TimeSpan.FromMinutes(1))
            return;
        _lastSweep = now;
        foreach (var (series, state) in _series)
        {
            if (time.GetElapsedTime(state.LastSeen, now) > IdleTime)
                _series.Remove(series);
        }
    }

    private sealed class State
    {
        public ulong LastStart;
        public ulong LastTime;
        public long LastSeen;
        public double Total;
        public ExponentialPoint? Histogram;
    }
}
