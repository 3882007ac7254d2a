namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>
/// The total of one series of delta points, and the last few windows that are in it, newest first. A window that is remembered and comes again is a repeat;
/// one that is not, and ends after the oldest remembered one, has not been counted before, whatever the order they come in. Not thread-safe.
/// </summary>
internal sealed class DeltaState<T>
{
    // A retried request repeats one or two windows of a series; some more let requests overtake each other.
    private const int Remembered = 4;

    private readonly Counted[] _last = new Counted[Remembered];
    private ulong _startNanos = ulong.MaxValue;
    private int _count;

    public long LastSeen { get; set; }

    /// <summary>Adds a delta, or finds that it was added before. A late one joins the total of the newest window, where it shows from now on.</summary>
    public DeltaOutcome Add<TSum>(DeltaWindow window, T delta, TSum sum, out DeltaTotal<T> total) where TSum : struct, IDeltaSum<T>
    {
        total = default;
        var at = 0;
        while (at < _count && _last[at].Window.TimeNanos > window.TimeNanos)
            at++;
        for (var same = at; same < _count && _last[same].Window.TimeNanos == window.TimeNanos; same++)
        {
            if (_last[same].Window != window)
                continue;
            total = Total(_last[same].IsLate ? 0 : same);
            return sum.AreSame(_last[same].Delta, delta) ? DeltaOutcome.Counted : DeltaOutcome.Conflict;
        }
        if (at == Remembered)
            return DeltaOutcome.Late;
        var value = _count == 0 ? delta : sum.Plus(_last[0].Total, delta);
        if (at > 0)
            _last[0].Total = value;
        _count = Math.Min(_count + 1, Remembered);
        _last.AsSpan(at, _count - at - 1).CopyTo(_last.AsSpan(at + 1));
        _last[at] = new Counted(window, delta, value, IsLate: at > 0);
        _startNanos = Math.Min(_startNanos, window.StartNanos);
        total = Total(0);
        return DeltaOutcome.Counted;
    }

    private DeltaTotal<T> Total(int at) => new(_startNanos, _last[at].Window.TimeNanos, _last[at].Total);

    private record struct Counted(DeltaWindow Window, T Delta, T Total, bool IsLate);
}
