using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Head;

/// <summary>
/// Lets the head and all blocks share one <see cref="LabelSet"/> a series. A cache, not a registry: a slot may be taken over by another series, and that
/// only costs a copy. Bounded. Thread-safe without locks, since a slot is one reference to something immutable.
/// </summary>
internal sealed class LabelSetPool
{
    private const int MinSlots = 1 << 12;
    private const int MaxSlots = 1 << 21;

    private LabelSet?[] _slots = new LabelSet?[MinSlots];

    /// <summary>Makes room for that many series; what was shared so far need not be any more.</summary>
    public void Reserve(int series)
    {
        var slots = _slots.Length;
        while (slots < series * 2 && slots < MaxSlots)
            slots *= 2;
        if (slots > _slots.Length)
            Volatile.Write(ref _slots, new LabelSet?[slots]);
    }

    /// <summary>The shared set of these bytes, which must be canonical.</summary>
    public LabelSet Share(ReadOnlySpan<byte> canonical)
    {
        var slots = Volatile.Read(ref _slots);
        var slot = (int)(LabelHash.Of(canonical) & (ulong)(slots.Length - 1));
        // Two places for each, so that a collision seldom drives one out.
        if (Volatile.Read(ref slots[slot]) is { } first && first.Bytes.SequenceEqual(canonical))
            return first;
        if (Volatile.Read(ref slots[slot ^ 1]) is { } second && second.Bytes.SequenceEqual(canonical))
            return second;
        var made = LabelSet.FromCanonical(canonical);
        Volatile.Write(ref slots[slots[slot] is null ? slot : slot ^ 1], made);
        return made;
    }
}
