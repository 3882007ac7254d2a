using System.Globalization;

namespace Bongsu.Storage;

/// <summary>
/// What time it is to a store whose wall clock may be wrong. The wall clock is believed while it goes as the running one does. Where it jumps, or is far ahead of the
/// newest data at the start, both times are taken until it has said so for a day: nothing is too old, and nothing too far in the future, that is not so by both. Thread-safe.
/// </summary>
internal sealed class StoreClock
{
    // Less is how far data are apart, or a machine that slept; and less than the shortest sensible retention.
    private const long JumpMs = 3_600_000;

    // Time for somebody, or for time synchronisation, to set a clock that is wrong.
    private const long BelievedAfterMs = 24 * 3_600_000;

    // A shorter jump could cost less than a day of the oldest data: not worth a word to anybody.
    private const long NoteworthyMs = 24 * 3_600_000;

    private readonly object _lock = new();
    private readonly TimeProvider _time;
    private readonly ProblemLog _problems;
    private readonly long _opened;
    private long _beganMs;
    private long? _otherMs;
    private long _otherSinceMs;
    private string? _problem;

    public StoreClock(TimeProvider time, ProblemLog problems)
    {
        _time = time;
        _problems = problems;
        _opened = time.GetTimestamp();
        _beganMs = WallMs;
    }

    public long WallMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Time since this was made, from one on, which no setting of the clock changes: for ages and waits.</summary>
    public long RunningMs => 1 + (long)_time.GetElapsedTime(_opened).TotalMilliseconds;

    /// <summary>The earliest that it may be now: what is too old by this is too old.</summary>
    public long EarliestMs => Now().EarliestMs;

    /// <summary>The time that is expected, while the clock says another; null: it is believed.</summary>
    public long? ExpectedInDoubtMs
    {
        get
        {
            Now();
            lock (_lock)
                return _otherMs is null ? null : _beganMs + RunningMs;
        }
    }

    /// <summary>Says what time it was last, by the newest data of the store or better knowledge. A clock that is behind it is believed: it deletes nothing.</summary>
    public void Expect(long lastMs)
    {
        lock (_lock)
        {
            if (lastMs > long.MinValue && lastMs < WallMs - JumpMs)
                _beganMs = lastMs - RunningMs;
        }
        Now();
    }

    /// <summary>Between what times it is.</summary>
    public (long EarliestMs, long LatestMs) Now()
    {
        lock (_lock)
        {
            var (running, wall) = (RunningMs, WallMs);
            var began = wall - running;
            if (AreNear(began, _beganMs) || (_otherMs is { } other && AreNear(began, other) && running - _otherSinceMs >= BelievedAfterMs))
                Believe(began);
            else if (_otherMs is not { } before || !AreNear(began, before))
                Doubt(began, running);
            var expected = _beganMs + running;
            return (Math.Min(expected, wall), Math.Max(expected, wall));
        }
    }

    private void Believe(long beganMs)
    {
        (_beganMs, _otherMs) = (beganMs, null);
        _problems.Set(ref _problem, null);
    }

    private void Doubt(long beganMs, long runningMs)
    {
        (_otherMs, _otherSinceMs) = (beganMs, runningMs);
        _problems.Set(ref _problem, Math.Abs(beganMs - _beganMs) < NoteworthyMs ? null
            : $"The clock says {Text(beganMs + runningMs)} where {Text(_beganMs + runningMs)} is expected from the newest data and the time since: nothing is deleted for its age until it has said so for {BelievedAfterMs / 3_600_000} h. Set it if it is wrong.");
    }

    private static bool AreNear(long a, long b) => Math.Abs(a - b) < JumpMs;

    private static string Text(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())).ToString("u", CultureInfo.InvariantCulture);
}
