namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>When the counter behind each sample of a window began, in ms since the epoch, 0 where unknown; empty when no sample says it.</summary>
internal readonly ref struct StartTimes(ReadOnlySpan<long> starts, ReadOnlySpan<long> times)
{
    private readonly ReadOnlySpan<long> _starts = starts;
    private readonly ReadOnlySpan<long> _times = times;

    public static StartTimes Floats(in RangeWindow window) => new(window.StartTimes, window.Times);

    public static StartTimes Histograms(in RangeWindow window) => new(window.HistogramStartTimes, window.HistogramTimes);

    public bool IsEmpty => _starts.IsEmpty;

    /// <summary>Whether the counter began anew after the sample before this one.</summary>
    public bool IsReset(int at) => !IsEmpty && IsReset(_starts[at - 1], _times[at - 1], _starts[at], _times[at]);

    /// <summary>Whether this sample claims time that the one before it covers already, yet not from the same start.</summary>
    public bool Overlaps(int at) => !IsEmpty && _starts[at] != 0 && _starts[at] < _times[at - 1] && _starts[at] != _starts[at - 1];

    /// <summary>The start of the first sample when it lies inside the range, so that the counter was zero then; else null.</summary>
    public long? BeginsInside(long beginMs) => !IsEmpty && _starts[0] != 0 && _starts[0] > beginMs && _starts[0] < _times[0] ? _starts[0] : null;

    public static bool IsReset(long startBefore, long timeBefore, long start, long time)
    {
        // Why: 0 is unknown, later than its sample is wrong, and at its sample is OpenTelemetry's word for unknown.
        if (start == 0 || start >= time || start < timeBefore)
            return false;
        if (start > timeBefore)
            return true;
        // Why: a start at the sample before is a delta; or a cumulative series whose start is unknown, when the sample before knew none either.
        return startBefore != 0 && startBefore < timeBefore;
    }
}
