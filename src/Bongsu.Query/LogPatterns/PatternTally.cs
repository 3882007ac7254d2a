using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.LogPatterns;

/// <summary>Adds up what the series of one pattern say. Not thread-safe.</summary>
internal sealed class PatternTally
{
    private readonly Dictionary<string, long> _levels = [];
    private long _lines;
    private long _linesBefore;
    private long? _lastSeenMs;
    private long? _newAtMs;
    private long? _goneAtMs;

    public void Count(string level, ReadOnlySpan<SampleRun> runs, long fromMs)
    {
        var lines = Sum(runs, fromMs, long.MaxValue);
        if (lines > 0)
            _levels[level] = _levels.GetValueOrDefault(level) + lines;
        _lines += lines;
        _linesBefore += Sum(runs, long.MinValue, fromMs);
        _lastSeenMs = Math.Max(_lastSeenMs ?? 0, runs[^1].LastMs);
    }

    public void Note(string what, long timeMs)
    {
        if (what == LogPatternSeries.NewEvent)
            _newAtMs = timeMs;
        else if (what == LogPatternSeries.GoneEvent)
            _goneAtMs = timeMs;
    }

    public LogPatternChange ToChange(LogPattern pattern)
    {
        var isBack = _lastSeenMs > _goneAtMs;
        return new LogPatternChange(pattern, [.. _levels.OrderByDescending(level => level.Value)], _lines, _linesBefore, _lastSeenMs, _newAtMs, isBack ? null : _goneAtMs);
    }

    /// <summary>Lines of the runs that end in [fromMs, toMs).</summary>
    public static long Sum(ReadOnlySpan<SampleRun> runs, long fromMs, long toMs)
    {
        double sum = 0;
        foreach (ref readonly var run in runs)
            sum += run.LastMs >= fromMs && run.LastMs < toMs ? run.Sum : 0;
        return (long)sum;
    }
}
