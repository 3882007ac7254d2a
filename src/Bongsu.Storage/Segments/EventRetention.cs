using System.Runtime.CompilerServices;
using System.Text;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Segments;

/// <summary>How long the events of one signal are kept, by their tag: by the first rule that matches, else as all. The rules may change. Thread-safe.</summary>
internal sealed class EventRetention<TBatch> where TBatch : class, new()
{
    public const long ForEverNanos = long.MaxValue;

    // 16 bytes each. When it is full it is begun anew, which only costs trying the rules again.
    private const int MaxRemembered = 200_000;

    private readonly EventSignal<TBatch> _signal;
    private readonly EventStoreSetup _setup;
    private readonly bool _isLogs;
    private volatile Rules _rules;

    public EventRetention(EventSignal<TBatch> signal, EventStoreSetup setup)
    {
        (_signal, _setup, _isLogs) = (signal, setup, signal.Name == DataLayout.Logs);
        _rules = new Rules(ListOf(setup.Options), Nanos(_isLogs ? setup.Options.RetentionLogs : setup.Options.RetentionTraces));
    }

    public long ShortestNanos => Current.ShortestNanos;

    public long LongestNanos => Current.LongestNanos;

    public bool IsEmpty => Current.List.Count == 0;

    // What was remembered under other rules goes with them.
    private Rules Current
    {
        get
        {
            var rules = _rules;
            var list = ListOf(_setup.Options);
            return ReferenceEquals(rules.List, list) ? rules : _rules = new Rules(list, rules.DefaultNanos);
        }
    }

    /// <summary>What is past its time at a moment; null where whole segments are all that goes.</summary>
    public EventExpiry<TBatch>? At(long nowMs) => IsEmpty ? null : new EventExpiry<TBatch>(_signal, this, nowMs * 1_000_000);

    /// <summary>How long what has this tag is kept.</summary>
    public long KeepNanos(ReadOnlySpan<byte> tag) => KeepNanos(tag, Current);

    /// <summary>The shortest and the longest time that something of a segment is kept.</summary>
    public (long ShortestNanos, long LongestNanos) KeepsOf(EventSegment<TBatch> segment)
    {
        var rules = Current;
        if (rules.List.Count == 0 || segment.TagCount == 0)
            return (rules.DefaultNanos, rules.DefaultNanos);
        var keeps = rules.OfSegments.GetValue(segment, one => Measure(one, rules));
        return (keeps.ShortestNanos, keeps.LongestNanos);
    }

    /// <summary>The first time that is kept, of what is kept so long.</summary>
    public static long OldestNanos(long nowNanos, long keepNanos) => keepNanos == ForEverNanos ? long.MinValue : nowNanos - keepNanos;

    private IReadOnlyList<EventRetentionRule> ListOf(DiskStoreOptions options) => _isLogs ? options.LogRetentionRules : options.TraceRetentionRules;

    private long KeepNanos(ReadOnlySpan<byte> tag, Rules rules)
    {
        if (rules.List.Count == 0)
            return rules.DefaultNanos;
        var hash = LabelHash.Of(tag);
        lock (rules.Remembered)
        {
            if (rules.Remembered.TryGetValue(hash, out var known))
                return known;
        }
        var keep = Find(tag, rules);
        lock (rules.Remembered)
        {
            if (rules.Remembered.Count >= MaxRemembered)
                rules.Remembered.Clear();
            rules.Remembered[hash] = keep;
        }
        return keep;
    }

    private Keeps Measure(EventSegment<TBatch> segment, Rules rules)
    {
        var (shortest, longest) = (long.MaxValue, 0L);
        for (var tag = 0; tag < segment.TagCount; tag++)
        {
            var keep = KeepNanos(segment.Tag(tag), rules);
            (shortest, longest) = (Math.Min(shortest, keep), Math.Max(longest, keep));
        }
        return new Keeps(shortest, longest);
    }

    private long Find(ReadOnlySpan<byte> tag, Rules rules)
    {
        var labels = _isLogs ? LabelSet.FromCanonical(tag) : LabelSet.Of(("service_name", Encoding.UTF8.GetString(tag)));
        foreach (var rule in rules.List)
        {
            if (LabelMatcher.MatchesAll(rule.Matchers, labels))
                return Nanos(rule.Retention);
        }
        return rules.DefaultNanos;
    }

    private static long Nanos(TimeSpan retention) => retention <= TimeSpan.Zero ? ForEverNanos : retention.Ticks > ForEverNanos / 100 ? ForEverNanos : retention.Ticks * 100;

    private sealed record Keeps(long ShortestNanos, long LongestNanos);

    /// <summary>The rules of a while, and what was found by them.</summary>
    private sealed class Rules
    {
        public Rules(IReadOnlyList<EventRetentionRule> list, long defaultNanos)
        {
            (List, DefaultNanos, ShortestNanos, LongestNanos) = (list, defaultNanos, defaultNanos, defaultNanos);
            foreach (var rule in list)
            {
                ShortestNanos = Math.Min(ShortestNanos, Nanos(rule.Retention));
                LongestNanos = Math.Max(LongestNanos, Nanos(rule.Retention));
            }
        }

        public IReadOnlyList<EventRetentionRule> List { get; }

        /// <summary>Of what no rule matches.</summary>
        public long DefaultNanos { get; }

        public long ShortestNanos { get; }

        public long LongestNanos { get; }

        public Dictionary<ulong, long> Remembered { get; } = [];

        public ConditionalWeakTable<EventSegment<TBatch>, Keeps> OfSegments { get; } = [];
    }
}
