using System.Runtime.InteropServices;
using Bongsu.Ingest.Decode;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>The patterns of one service, up to a bound, and its counted lines. Thread-safe.</summary>
internal sealed class ServicePatterns(byte[] name, IngestLimits limits, PatternRoom room)
{
    // A pattern of fewer lines gives way first: lines that all differ then push out each other, not what the service says every day.
    private const int EstablishedLines = 5;

    private const int MaxExampleBytes = 512;

    private readonly object _lock = new();
    private readonly DrainTree _tree = new();
    private readonly Dictionary<ulong, LogPattern> _patterns = [];
    private readonly PatternCounts _counts = new(limits.PatternCountsPerService);
    private readonly PatternHistory _history = new(limits.PatternsPerService);
    private readonly Dictionary<CountKey, long> _others = [];
    private readonly ByteBuffer _text = new();
    private long _uses;

    public byte[] Name { get; } = name;

    public long LastLineMs { get; set; }

    public int Count => _patterns.Count;

    /// <summary>Patterns that gave way to others, since start.</summary>
    public long Evicted { get; private set; }

    /// <summary>Lines that were counted under no pattern, or not at all, since start.</summary>
    public long Unpatterned { get; private set; }

    public long Uncounted => _counts.Overflow;

    public int DimensionOf(ReadOnlySpan<byte> environment, ReadOnlySpan<byte> level)
    {
        lock (_lock)
            return _counts.DimensionOf(environment, level);
    }

    /// <summary>Counts a line of a record of this time.</summary>
    public void Observe(LineTokens tokens, in LogFacts facts, int dimension, long timeMs, long nowMs)
    {
        // Hot path: 0 B/op for lines of known patterns (see DrainBenchmark, AllocationTests)
        lock (_lock)
        {
            LastLineMs = nowMs;
            var pattern = tokens.Count == 0 ? null : Match(tokens, facts, timeMs, nowMs);
            _counts.Add(pattern, dimension, timeMs);
            _history.Saw(pattern, nowMs);
        }
    }

    /// <summary>Puts a pattern of the catalogue back; <paramref name="presence"/> as <see cref="LogPattern.Presence"/>.</summary>
    public void Restore(ulong id, bool isField, byte[] template, long firstSeenMs, ulong presence)
    {
        if (PatternTemplate.Parse(template) is not { Length: > 0 } tokens)
            return;
        lock (_lock)
        {
            if (_patterns.ContainsKey(id) || Count >= limits.PatternsPerService || !room.TryTake())
                return;
            var leaf = _tree.LeafOf(tokens, isField);
            var pattern = new LogPattern(id, isField, tokens, template, WordsOf(tokens)) { FirstSeenMs = firstSeenMs, IsPublished = true, Lines = EstablishedLines, Presence = presence };
            DrainTree.Add(pattern, leaf);
            _patterns.Add(id, pattern);
            _history.Know(pattern);
        }
    }

    /// <summary>Writes what is new: templates, events, and the counts of times that are over, or of all times when <paramref name="isForced"/>.</summary>
    public void Collect(PatternBatch into, TimeSpan learning, bool isForced)
    {
        lock (_lock)
        {
            foreach (var pattern in _patterns.Values)
            {
                _counts.Spill(pattern);
                if (_history.TryPublish(pattern, learning, into.NowMs, isForced, out var isNew) && isNew)
                    into.AddEvent(Name, pattern.Id, LogPatternSeries.NewEvent);
                if (pattern.IsPublished && into.IsTemplateDue(pattern))
                    into.AddTemplate(Name, pattern, Template(pattern));
            }
            if (_history.TryEndSlot(into.NowMs))
            {
                foreach (var pattern in _patterns.Values)
                {
                    if (PatternHistory.EndSlot(pattern))
                        into.AddEvent(Name, pattern.Id, LogPatternSeries.GoneEvent);
                }
            }
            WriteCounts(into, isForced ? long.MaxValue : into.NowMs / LogPatternSeries.StepMs);
        }
    }

    public string? Example(ulong id)
    {
        lock (_lock)
            return _patterns.TryGetValue(id, out var pattern) && pattern.Example is { } example ? System.Text.Encoding.UTF8.GetString(example) : null;
    }

    /// <summary>Forgets the lines that are kept as examples, and patterns of one line, which is all there is to them; the next lines make new ones.</summary>
    public void ForgetExamples()
    {
        lock (_lock)
        {
            foreach (var pattern in (LogPattern[])[.. _patterns.Values])
            {
                pattern.Example = null;
                if (pattern is { Lines: 1, IsPublished: false })
                    Remove(pattern);
            }
        }
    }

    /// <summary>Gives up the pattern that is least worth keeping, for another service; false when the service is at work just now.</summary>
    public bool TryGiveUpOne()
    {
        if (!Monitor.TryEnter(_lock))
            return false;
        try
        {
            return TryEvict(_patterns.Values);
        }
        finally
        {
            Monitor.Exit(_lock);
        }
    }

    private LogPattern? Match(LineTokens tokens, in LogFacts facts, long timeMs, long nowMs)
    {
        var pattern = _tree.Find(tokens, facts.IsField);
        if (pattern is null)
            pattern = Create(tokens, facts, timeMs, nowMs);
        else if (DrainTree.Generalise(pattern, tokens.Tokens))
            pattern.IsChanged = true;
        if (pattern is null)
            return null;
        pattern.Lines++;
        pattern.LastUse = ++_uses;
        pattern.Example ??= Text.Cut(facts.Line, MaxExampleBytes).ToArray();
        return pattern;
    }

    private LogPattern? Create(LineTokens tokens, in LogFacts facts, long timeMs, long nowMs)
    {
        var copy = tokens.Tokens.ToArray();
        var leaf = _tree.LeafOf(copy, facts.IsField);
        // Evicting may prune empty nodes, so the leaf is looked up again behind it.
        var isRoom = leaf.Patterns.Count < DrainTree.MaxLeafPatterns || TryEvict(leaf.Patterns);
        isRoom = isRoom && (Count < limits.PatternsPerService || TryEvict(_patterns.Values)) && (room.TryTake() || TakeRoom());
        leaf = _tree.LeafOf(copy, facts.IsField);
        if (!isRoom)
        {
            DrainTree.Prune(leaf);
            return null;
        }
        var text = Text.Cut(facts.Line, LineTokens.MaxBytes).ToArray();
        var pattern = new LogPattern(IdOf(copy, text, facts.IsField), facts.IsField, copy, text, tokens.Words) { FirstSeenMs = timeMs, CreatedMs = nowMs };
        DrainTree.Add(pattern, leaf);
        _patterns.Add(pattern.Id, pattern);
        return pattern;
    }

    private bool TakeRoom() => (TryEvict(_patterns.Values) || room.TrySteal(this)) && room.TryTake();

    private bool TryEvict(IReadOnlyCollection<LogPattern> from)
    {
        LogPattern? victim = null;
        foreach (var pattern in from)
        {
            if (victim is null || Rank(pattern) < Rank(victim))
                victim = pattern;
        }
        if (victim is null)
            return false;
        Remove(victim);
        Evicted++;
        return true;
    }

    private void Remove(LogPattern victim)
    {
        if (_history.IsKnown(victim.Id))
            _counts.Spill(victim);
        else
            _counts.SpillAsNone(victim);
        DrainTree.Remove(victim);
        _patterns.Remove(victim.Id);
        room.Return();
    }

    private static long Rank(LogPattern pattern) => pattern.Lines >= EstablishedLines ? pattern.LastUse + long.MaxValue / 2 : pattern.LastUse;

    private ulong IdOf(ReadOnlySpan<LineToken> tokens, ReadOnlySpan<byte> text, bool isField)
    {
        _text.Clear();
        _text.Append(Name);
        _text.Append(isField ? (byte)1 : (byte)0);
        PatternTemplate.Write(tokens, text, _text);
        // A template that became more general leaves the one that it began with behind; should that come again, it is another pattern.
        var id = LabelHash.Of(_text.Span);
        while (_patterns.ContainsKey(id))
            id++;
        return id;
    }

    private ReadOnlySpan<byte> Template(LogPattern pattern)
    {
        _text.Clear();
        PatternTemplate.Write(pattern.Tokens, pattern.Text, _text);
        return _text.Span;
    }

    private void WriteCounts(PatternBatch into, long beforeBucket)
    {
        _counts.Take(beforeBucket, (key, count) =>
        {
            if (_history.IsKnown(key.Pattern) || (_patterns.TryGetValue(key.Pattern, out var pattern) && pattern.IsPublished))
                into.AddLines(Name, _counts.Dimensions[key.Dimension], key.Pattern, key.Bucket, count);
            else
                CollectionsMarshal.GetValueRefOrAddDefault(_others, key with { Pattern = 0 }, out _) += count;
        });
        foreach (var (key, count) in _others)
        {
            into.AddLines(Name, _counts.Dimensions[key.Dimension], 0, key.Bucket, count);
            Unpatterned += count;
        }
        _others.Clear();
    }

    private static int WordsOf(ReadOnlySpan<LineToken> tokens)
    {
        var words = 0;
        foreach (ref readonly var token in tokens)
            words += token.IsDelimiter ? 0 : 1;
        return words;
    }
}
