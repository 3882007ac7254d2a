using Bongsu.Ingest.Decode.Known;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>
/// Adds delta points up to cumulative ones, a total for each series. The last few windows (start, time) of a series are remembered: one that comes
/// again is answered with the same total, so that a request sent twice counts once. Totals live in memory: after a restart they begin at zero, with a
/// new start time, which queries see as a counter reset. Thread-safe.
/// </summary>
internal sealed class DeltaAccumulator(int maxSeries, TimeProvider time)
{
    public static readonly TimeSpan IdleTime = TimeSpan.FromHours(1);

    // As far as stores take samples; a window beyond would make all true ones late.
    private static readonly TimeSpan s_futureTolerance = TimeSpan.FromMinutes(10);

    private readonly object _lock = new();
    // By hash: what is held for a series does not grow with its labels.
    private readonly Dictionary<ulong, DeltaState<double>> _numbers = [];
    private readonly Dictionary<ulong, DeltaState<ExponentialPoint>> _histograms = [];
    private long _lastSweep;

    public int Count
    {
        get
        {
            lock (_lock)
                return _numbers.Count + _histograms.Count;
        }
    }

    /// <summary>Adds a number to the total of a series, named by the keyed hash of its labels (see <see cref="SeriesCache.Hash"/>).</summary>
    public DeltaOutcome Add(ulong series, DeltaWindow window, double delta, out DeltaTotal<double> total) =>
        Add(_numbers, series, window, delta, new NumberSum(), out total);

    /// <summary>Adds an exponential histogram.</summary>
    public DeltaOutcome Add(ulong series, DeltaWindow window, ExponentialPoint delta, int maxBuckets, out DeltaTotal<ExponentialPoint> total) =>
        Add(_histograms, series, window, delta, new ExponentialSum(maxBuckets), out total);

    private DeltaOutcome Add<T, TSum>(Dictionary<ulong, DeltaState<T>> states, ulong series, DeltaWindow window, T delta, TSum sum, out DeltaTotal<T> total)
        where TSum : struct, IDeltaSum<T>
    {
        total = default;
        if (!sum.IsFinite(delta))
            return DeltaOutcome.NotFinite;
        if (window.StartNanos > window.TimeNanos)
            return DeltaOutcome.Backwards;
        if (window.TimeNanos > (ulong)(time.GetUtcNow() + s_futureTolerance - DateTimeOffset.UnixEpoch).Ticks * 100)
            return DeltaOutcome.Future;
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (!states.TryGetValue(series, out var state))
            {
                if (_numbers.Count + _histograms.Count >= maxSeries)
                    Sweep(now);
                if (_numbers.Count + _histograms.Count >= maxSeries)
                    return DeltaOutcome.Full;
                states[series] = state = new DeltaState<T>();
            }
            state.LastSeen = now;
            return state.Add(window, delta, sum, out total);
        }
    }

    /// <summary>Forgets series without points for <see cref="IdleTime"/>; at most once a minute, since it looks at all.</summary>
    private void Sweep(long now)
    {
        if (_lastSweep != 0 && time.GetElapsedTime(_lastSweep, now) < TimeSpan.FromMinutes(1))
            return;
        _lastSweep = now;
        Sweep(_numbers, now);
        Sweep(_histograms, now);
    }

    private void Sweep<T>(Dictionary<ulong, DeltaState<T>> states, long now)
    {
        foreach (var (series, state) in states)
        {
            if (time.GetElapsedTime(state.LastSeen, now) > IdleTime)
                states.Remove(series);
        }
    }
}
