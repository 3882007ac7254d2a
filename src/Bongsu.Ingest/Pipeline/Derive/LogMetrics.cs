using System.Collections.Concurrent;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Pipeline.Derive.Patterns;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>Counts stored log records by service, level and class of error, and by pattern. Thread-safe.</summary>
internal sealed class LogMetrics
{
    private readonly object _lock = new();
    private readonly ConcurrentBag<LogObservation> _idle = [];
    private readonly IngestCounters _counters;
    private readonly LogPatterns _patterns;
    private readonly DerivedTable _table;
    private readonly LogCounts _counts;
    private long _overflowReported;

    public LogMetrics(IngestOptions options, IngestCounters counters, TimeProvider time)
    {
        _counters = counters;
        _patterns = new LogPatterns(options, time);
        _table = new DerivedTable(options.Limits.DerivedSeries);
        _counts = new LogCounts(_table, time);
    }

    public LogPatterns Patterns => _patterns;

    public void Observe(LogBatch batch)
    {
        if (!_idle.TryTake(out var work))
            work = new LogObservation();
        work.Begin(batch, _patterns);
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var record = ref batch.Records.Span[i];
            if (record.IsDropped && !record.IsSampledOut)
                continue;
            var facts = new LogFacts(batch, record);
            var level = work.Level(record, facts);
            work.Observe(record, facts, level);
            if (facts.ErrorClass.IsEmpty)
                continue;
            lock (_lock)
                _counts.Add(work.Service(record.Stream), work.Environment(record.Stream), work.LevelName(record.Stream, level), facts.ErrorClass, 1);
        }
        lock (_lock)
            work.AddCalm(_counts);
        work.End();
        _idle.Add(work);
    }

    /// <summary>Adds the present totals of what changed to a batch of derived metrics.</summary>
    public void Collect(DerivedBatch into)
    {
        lock (_lock)
        {
            into.AddLogs(_table);
            _counters.DerivedOverflow(_counts.Overflow - _overflowReported);
            _overflowReported = _counts.Overflow;
        }
    }

    /// <summary>Fills a batch with the patterns that are new and the lines of each since the last time.</summary>
    public void CollectPatterns(PatternBatch into, bool isForced)
    {
        _patterns.Collect(into, isForced);
        _patterns.Report(_counters);
    }
}
