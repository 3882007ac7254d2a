using System.Runtime.CompilerServices;
using System.Text;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Segments;

/// <summary>How long the events of one signal are kept, by their tag: by the first rule that matches, else as all. Thread-safe.</summary>
internal sealed class EventRetention<TBatch> where TBatch : class, new()
{
    public const long ForEverNanos = long.MaxValue;

    // 16 bytes each. When it is full it is begun anew, which only costs trying the rules again.
    private const int MaxRemembered = 200_000;

    private readonly EventSignal<TBatch> _signal;
    private readonly IReadOnlyList<EventRetentionRule> _rules;
    private readonly object _lock = new();
    private readonly Dictionary<ulong, long> _remembered = [];
    private readonly ConditionalWeakTable<EventSegment<TBatch>, Keeps> _ofSegments = [];

    public EventRetention(EventSignal<TBatch> signal, DiskStoreOptions options)
    {
        _signal = signal;
        var isLogs = signal.Name == DataLayout.Logs;
        _rules = isLogs ? options.LogRetentionRules : options.TraceRetentionRules;
        DefaultNanos = Nanos(isLogs ? options.RetentionLogs : options.RetentionTraces);
        (ShortestNanos, LongestNanos) = (DefaultNanos, DefaultNanos);
        foreach (var rule in _rules)
        {
            ShortestNanos = Math.Min(ShortestNanos, Nanos(rule.Retention));
            LongestNanos = Math.Max(LongestNanos, Nanos(rule.Retention));
        }
    }

    /// <summary>Of what no rule matches.</summary>
    public long DefaultNanos { get; }

    public long ShortestNanos { get; }

    public long LongestNanos { get; }

    public bool IsEmpty => _rules.Count == 0;

    /// <summary>What is past its time at a moment; null where whole segments are all that goes.</summary>
    public EventExpiry<TBatch>? At(long nowMs) => IsEmpty ? null : new EventExpiry<TBatch>(_signal, this, nowMs * 1_000_000);

    /// <summary>How long what has this tag is kept.</summary>
    public long KeepNanos(ReadOnlySpan<byte> tag)
    {
        if (IsEmpty)
            return DefaultNanos;
        var hash = LabelHash.Of(tag);
        lock (_lock)
        {
            if (_remembered.TryGetValue(hash, out var known))
                return known;
        }
        var keep = Find(tag);
        lock (_lock)
        {
            if (_remembered.Count >= MaxRemembered)
                _remembered.Clear();
            _remembered[hash] = keep;
        }
        return keep;
    }

    /// <summary>The shortest and the longest time that something of a segment is kept.</summary>
    public (long ShortestNanos, long LongestNanos) KeepsOf(EventSegment<TBatch> segment)
    {
        if (IsEmpty || segment.TagCount == 0)
            return (DefaultNanos, DefaultNanos);
        var keeps = _ofSegments.GetValue(segment, Measure);
        return (keeps.ShortestNanos, keeps.LongestNanos);
    }

    /// <summary>The first time that is kept, of what is kept so long.</summary>
    public static long OldestNanos(long nowNanos, long keepNanos) => keepNanos == ForEverNanos ? long.MinValue : nowNanos - keepNanos;

    private Keeps Measure(EventSegment<TBatch> segment)
    {
        var (shortest, longest) = (long.MaxValue, 0L);
        for (var tag = 0; tag < segment.TagCount; tag++)
        {
            var keep = KeepNanos(segment.Tag(tag));
            (shortest, longest) = (Math.Min(shortest, keep), Math.Max(longest, keep));
        }
        return new Keeps(shortest, longest);
    }

    private long Find(ReadOnlySpan<byte> tag)
    {
        var labels = _signal.Name == DataLayout.Logs ? LabelSet.FromCanonical(tag) : LabelSet.Of(("service_name", Encoding.UTF8.GetString(tag)));
        foreach (var rule in _rules)
        {
            if (LabelMatcher.MatchesAll(rule.Matchers, labels))
                return Nanos(rule.Retention);
        }
        return DefaultNanos;
    }

    private static long Nanos(TimeSpan retention) => retention <= TimeSpan.Zero ? ForEverNanos : retention.Ticks > ForEverNanos / 100 ? ForEverNanos : retention.Ticks * 100;

    private sealed record Keeps(long ShortestNanos, long LongestNanos);
}
