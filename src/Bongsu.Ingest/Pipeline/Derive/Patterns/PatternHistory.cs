using System.Numerics;

namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>
/// Which patterns of a service are new, and which were steady and stopped. Time is counted in slots in which the service wrote anything: a service that
/// is silent, or a Bongsu that was off, says nothing of its patterns. Not thread-safe.
/// </summary>
internal sealed class PatternHistory(int maxPatterns)
{
    public const long SlotMs = 5 * 60_000;

    /// <summary>Slots without a line after which a steady pattern is gone.</summary>
    public const int SilentSlots = 3;

    /// <summary>Slots before the silence that are looked at (two hours), and in how many of them a steady pattern has lines.</summary>
    public const int SteadySlots = 24;

    private const int SteadyAtLeast = 22;

    private readonly HashSet<ulong> _known = [];
    private readonly PublishBudget _budget = new(maxPatterns);
    private long _firstSeenMs = long.MaxValue;
    private long _slot;
    private bool _isInSlot;

    /// <summary>Notes a line, of a pattern or of none.</summary>
    public void Saw(LogPattern? pattern)
    {
        _isInSlot = true;
        if (pattern is null)
            return;
        pattern.IsInSlot = true;
        pattern.IsGone = false;
    }

    /// <summary>A pattern that is in the catalogue already.</summary>
    public void Know(LogPattern pattern)
    {
        _known.Add(pattern.Id);
        _firstSeenMs = Math.Min(_firstSeenMs, pattern.FirstSeenMs);
    }

    /// <summary>Whether lines may be counted under this id.</summary>
    public bool IsKnown(ulong id) => _known.Contains(id);

    /// <summary>Lets a pattern into the catalogue, if it may; it is new when the service was known long enough before.</summary>
    public bool TryPublish(LogPattern pattern, TimeSpan learning, long nowMs, bool isForced, out bool isNew)
    {
        isNew = false;
        if (pattern.IsPublished)
            return false;
        // Why: a line that none like it follows is let in once it has stood until the next look, so that a flood of such lines is not.
        var isWaiting = !isForced && pattern.Lines < 2 && !pattern.HasStood;
        pattern.HasStood = true;
        if (isWaiting)
            return false;
        if (!_known.Contains(pattern.Id))
        {
            if (!_budget.TryTake(pattern.Lines > 1, nowMs))
                return false;
            _firstSeenMs = Math.Min(_firstSeenMs, pattern.FirstSeenMs);
            isNew = pattern.FirstSeenMs - _firstSeenMs >= learning.TotalMilliseconds;
            Remember(pattern.Id);
        }
        pattern.IsPublished = true;
        pattern.IsChanged = true;
        return true;
    }

    /// <summary>Whether a slot is over in which the service wrote lines; if so, tell each pattern by <see cref="EndSlot"/>.</summary>
    public bool TryEndSlot(long nowMs)
    {
        var slot = nowMs / SlotMs;
        var isOver = _slot != 0 && slot != _slot && _isInSlot;
        if (slot == _slot)
            return false;
        _slot = slot;
        _isInSlot = false;
        return isOver;
    }

    /// <summary>True when the pattern is gone from now on.</summary>
    public static bool EndSlot(LogPattern pattern)
    {
        pattern.Presence = pattern.Presence << 1 | (pattern.IsInSlot ? 1u : 0u);
        pattern.IsInSlot = false;
        var isSilent = (pattern.Presence & ((1UL << SilentSlots) - 1)) == 0;
        var before = pattern.Presence >> SilentSlots & ((1UL << SteadySlots) - 1);
        if (pattern.IsGone || !isSilent || !pattern.IsPublished || BitOperations.PopCount(before) < SteadyAtLeast)
            return false;
        pattern.IsGone = true;
        return true;
    }

    // Bounded; one that is forgotten may be called new once more.
    private void Remember(ulong id)
    {
        if (_known.Count >= 8 * maxPatterns)
            _known.Clear();
        _known.Add(id);
    }
}
