using Bongsu.Storage.Rollups;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Blocks;

/// <summary>How long series are kept, at one moment: by the first rule that matches, else by the retention of all. Immutable.</summary>
internal sealed class RetentionRules
{
    private readonly List<(IReadOnlyList<LabelMatcher> Matchers, long OldestMs)> _rules = [];
    private readonly long _oldest5mMs;
    private readonly long _oldest1hMs;

    public RetentionRules(DiskStoreOptions options, long nowMs)
    {
        DefaultOldestMs = Oldest(options.RetentionMetrics, nowMs);
        _oldest5mMs = Oldest(options.RetentionMetrics5m, nowMs);
        _oldest1hMs = Oldest(options.RetentionMetrics1h, nowMs);
        OldestMs = options.MetricRetentionRules.Count == 0 ? long.MinValue : DefaultOldestMs;
        SurelyKeptMs = DefaultOldestMs;
        foreach (var rule in options.MetricRetentionRules)
        {
            var oldest = Oldest(rule.Retention, nowMs);
            _rules.Add((rule.Matchers, oldest));
            OldestMs = Math.Min(OldestMs, oldest);
            SurelyKeptMs = Math.Max(SurelyKeptMs, oldest);
        }
    }

    /// <summary>The first time of a series that no rule matches.</summary>
    public long DefaultOldestMs { get; }

    public bool IsEmpty => _rules.Count == 0;

    /// <summary>Before this nothing is shown; without rules that is left to whole blocks.</summary>
    public long OldestMs { get; }

    /// <summary>From this time on every series is kept, whatever rule it falls under.</summary>
    public long SurelyKeptMs { get; }

    /// <summary>The first time of a series that is kept.</summary>
    public long OldestOf(LabelSet labels)
    {
        foreach (var (matchers, oldestMs) in _rules)
        {
            if (LabelMatcher.MatchesAll(matchers, labels))
                return oldestMs;
        }
        return DefaultOldestMs;
    }

    /// <summary>The first time of rollups that are kept.</summary>
    public long OldestOf(RollupResolution resolution) => resolution == RollupResolution.Hour ? _oldest1hMs : _oldest5mMs;

    /// <summary>Whether a rule says how long a series is kept.</summary>
    public bool HasRule(LabelSet labels)
    {
        foreach (var (matchers, _) in _rules)
        {
            if (LabelMatcher.MatchesAll(matchers, labels))
                return true;
        }
        return false;
    }

    private static long Oldest(TimeSpan retention, long nowMs) => retention == TimeSpan.Zero ? long.MinValue : nowMs - (long)retention.TotalMilliseconds;
}
