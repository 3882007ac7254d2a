namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>Undecided traces that wait equally long, the first to be over in front; linked through their slots. Not thread-safe.</summary>
internal struct WaitingList
{
    private int _first;
    private int _last;

    public static WaitingList Empty => new() { _first = -1, _last = -1 };

    public readonly int First => _first;

    public void Add(Span<UndecidedTrace> slots, int slot)
    {
        slots[slot].Previous = _last;
        slots[slot].Next = -1;
        if (_last < 0)
            _first = slot;
        else
            slots[_last].Next = slot;
        _last = slot;
    }

    public void Remove(Span<UndecidedTrace> slots, int slot)
    {
        var (previous, next) = (slots[slot].Previous, slots[slot].Next);
        if (previous < 0)
            _first = next;
        else
            slots[previous].Next = next;
        if (next < 0)
            _last = previous;
        else
            slots[next].Previous = previous;
    }
}
