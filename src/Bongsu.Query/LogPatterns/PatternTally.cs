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

    public void Count(string level, SampleColumns samples, long fromMs)
    {
        var lines = Sum(samples, fromMs, long.MaxValue);
        if (lines > 0)
            _levels[level] = _levels.GetValueOrDefault(level) + lines;
        _lines += lines;
        _linesBefore += Sum(samples, long.MinValue, fromMs);
        _lastSeenMs = Math.Max(_lastSeenMs ?? 0, samples.TimesMs.Span[^1]);
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

    public static long Sum(SampleColumns samples, long fromMs, long toMs)
    {
        double sum = 0;
        for (var i = 0; i < samples.TimesMs.Count; i++)
        {
            if (samples.TimesMs[i] >= fromMs && samples.TimesMs[i] < toMs)
                sum += samples.Values[i];
        }
        return (long)sum;
    }
}
