using System.Collections.Concurrent;
using System.Numerics;
using System.Text;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Pipeline.Derive.Patterns;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>
/// Keeps a share of log records by service and level. Records of one trace stay or go together, with the trace where its head has the same share; those without
/// one by what they say and when, so that a repeat goes as the first did. Errors, and what tells of something slow, always stay. Thread-safe.
/// </summary>
internal sealed class LogSampler
{
    private const int ErrorLevel = 5;
    private const int ErrorSeverity = 17;

    private readonly ConcurrentBag<Column<StreamRules>> _idle = [];
    private readonly LogSamplingRule[] _rules;
    private readonly byte[]?[] _services;
    private readonly int[] _levels;
    private readonly Ratio[] _ratios;
    private readonly long[] _kept;
    private readonly long[] _spared;
    private readonly long[] _dropped;
    private readonly double _slowMs;

    public LogSampler(SamplingPlan plan)
    {
        _rules = [.. plan.Logs];
        _services = [.. _rules.Select(r => r.Service is null ? null : Encoding.UTF8.GetBytes(r.Service))];
        _levels = [.. _rules.Select(r => r.Levels.Count == 0 ? -1 : r.Levels.Aggregate(0, (bits, level) => bits | 1 << LevelOf(level)))];
        _ratios = [.. _rules.Select(r => new Ratio(r.Ratio))];
        _kept = new long[_rules.Length];
        _spared = new long[_rules.Length];
        _dropped = new long[_rules.Length];
        _slowMs = plan.KeepSlow > TimeSpan.Zero ? plan.KeepSlow.TotalMilliseconds : new SamplingPlan().KeepSlow.TotalMilliseconds;
    }

    public IReadOnlyList<LogRuleCounts> Counts() =>
        [.. _rules.Select((r, i) => new LogRuleCounts(r.Name, r.Ratio, Interlocked.Read(ref _kept[i]), Interlocked.Read(ref _spared[i]), Interlocked.Read(ref _dropped[i])))];

    // Hot path: every record on the way in where there are rules; 0 B/op (see SamplingBenchmark).
    public void Admit(LogBatch batch)
    {
        if (_rules.Length == 0)
            return;
        if (!_idle.TryTake(out var streams))
            streams = new Column<StreamRules>();
        streams.Clear();
        for (var i = 0; i < batch.Streams.Count; i++)
            streams.Add(RulesOf(batch.StreamLabels(i)));
        foreach (ref var record in batch.Records.Mutable)
        {
            if (!record.IsDropped && streams.Span[record.Stream] is { Rules: not 0 } rules && !IsKept(batch, record, rules))
                record.IsDropped = record.IsSampledOut = true;
        }
        _idle.Add(streams);
    }

    private bool IsKept(LogBatch batch, in LogRecord record, StreamRules stream)
    {
        var level = stream.Level;
        if (level == 0)
            level = Severity.Level(record.SeverityNumber, batch.Arena.Get(record.SeverityText));
        if (level == 0)
            level = new LogFacts(batch, record).LevelNumber;
        var rule = RuleOf(stream.Rules, level);
        if (rule < 0)
            return true;
        if (_ratios[rule].Has(RandomnessOf(batch, record)))
        {
            Interlocked.Increment(ref _kept[rule]);
            return true;
        }
        var isSpared = level >= ErrorLevel || record.SeverityNumber >= ErrorSeverity || !new LogFacts(batch, record).ErrorClass.IsEmpty || LogWorth.IsFailedOrSlow(batch, record, _slowMs);
        Interlocked.Increment(ref isSpared ? ref _spared[rule] : ref _dropped[rule]);
        return isSpared;
    }

    private int RuleOf(ulong rules, int level)
    {
        while (rules != 0)
        {
            var rule = BitOperations.TrailingZeroCount(rules);
            if ((_levels[rule] & (1 << level)) != 0)
                return rule;
            rules &= rules - 1;
        }
        return -1;
    }

    private StreamRules RulesOf(ReadOnlySpan<byte> labels)
    {
        ReadOnlySpan<byte> service = default, level = default;
        var reader = new LabelReader(labels);
        while (reader.MoveNext())
        {
            if (reader.Name.SequenceEqual("service_name"u8))
                service = reader.Value;
            else if (reader.Name.SequenceEqual("level"u8) || (level.IsEmpty && (reader.Name.SequenceEqual("detected_level"u8) || reader.Name.SequenceEqual("severity"u8))))
                level = reader.Value;
        }
        var rules = 0UL;
        for (var i = 0; i < _rules.Length; i++)
        {
            if (_services[i] is not { } wanted || service.SequenceEqual(wanted))
                rules |= 1UL << i;
        }
        return new StreamRules(rules, Severity.Level(0, level));
    }

    private static ulong RandomnessOf(LogBatch batch, in LogRecord record) => record.TraceId.IsEmpty
        ? LabelHash.Of(batch.Arena.Get(record.Body.Payload)) ^ ((ulong)record.TimeUnixNano * 0x9E3779B97F4A7C15) >> 7
        : record.TraceId.Low;

    private static int LevelOf(string name)
    {
        for (var level = 0; level < Severity.Count; level++)
        {
            if (Severity.Name(level) == name)
                return level;
        }
        return -1;
    }

    /// <param name="Rules">One bit for each rule of its service.</param>
    /// <param name="Level">What its labels say; 0: nothing.</param>
    private readonly record struct StreamRules(ulong Rules, int Level);
}
