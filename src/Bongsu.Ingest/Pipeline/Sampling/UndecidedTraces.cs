using System.Runtime.CompilerServices;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>
/// All undecided traces, in as much memory as they may take and no more: slots of one size, found by trace id, in two lines of those that wait (for the end of
/// the wait, or of the grace behind their root). Not thread-safe.
/// </summary>
internal sealed class UndecidedTraces
{
    // A dictionary's entry of 28 bytes, its bucket of 4, and what its growth to a prime wastes.
    private const int IndexBytes = 36;
    private const int FirstSlots = 256;

    private readonly Dictionary<TraceId, int> _index = [];
    private readonly int _words;
    private readonly int _maxSlots;
    private UndecidedTrace[] _slots = [];
    private ulong[] _met = [];
    private int[] _free = [];
    private int _freeCount;
    private WaitingList _waiting = WaitingList.Empty;
    private WaitingList _rooted = WaitingList.Empty;

    /// <param name="words">64-bit words for the conditions of one trace.</param>
    /// <param name="budgetBytes">Most memory.</param>
    public UndecidedTraces(int words, long budgetBytes)
    {
        _words = words;
        SlotBytes = Unsafe.SizeOf<UndecidedTrace>() + words * sizeof(ulong) + sizeof(int) + IndexBytes;
        _maxSlots = (int)Math.Clamp(budgetBytes / SlotBytes, 16, 1 << 26);
    }

    /// <summary>What one trace takes, whatever its spans.</summary>
    public int SlotBytes { get; }

    public int Count => _index.Count;

    public int Capacity => _maxSlots;

    public bool IsFull => Count == _maxSlots;

    public long SizeBytes => (long)_slots.Length * SlotBytes;

    /// <summary>The trace that waits longest; -1: there is none.</summary>
    public int Oldest
    {
        get
        {
            var (waiting, rooted) = (_waiting.First, _rooted.First);
            if (waiting < 0 || rooted < 0)
                return Math.Max(waiting, rooted);
            return _slots[waiting].FirstSeenMs <= _slots[rooted].FirstSeenMs ? waiting : rooted;
        }
    }

    public int FirstWaiting => _waiting.First;

    public int FirstRooted => _rooted.First;

    public int Find(TraceId trace) => _index.TryGetValue(trace, out var slot) ? slot : -1;

    public ref UndecidedTrace this[int slot] => ref _slots[slot];

    public Span<ulong> Met(int slot) => _met.AsSpan(slot * _words, _words);

    /// <summary>A place for a new trace, which waits. It must not be full.</summary>
    public int Add(TraceId trace, long nowMs)
    {
        if (_freeCount == 0)
            Grow();
        var slot = _free[--_freeCount];
        _slots[slot] = new UndecidedTrace { Id = trace, StartNanos = long.MaxValue, EndNanos = long.MinValue, FirstSeenMs = nowMs };
        Met(slot).Clear();
        _index[trace] = slot;
        _waiting.Add(_slots, slot);
        return slot;
    }

    /// <summary>Its root has come: it waits for the grace alone.</summary>
    public void Root(int slot, long nowMs)
    {
        if (_slots[slot].HasRoot)
            return;
        _slots[slot].HasRoot = true;
        _slots[slot].RootSeenMs = nowMs;
        _waiting.Remove(_slots, slot);
        _rooted.Add(_slots, slot);
    }

    public void Remove(int slot)
    {
        if (_slots[slot].HasRoot)
            _rooted.Remove(_slots, slot);
        else
            _waiting.Remove(_slots, slot);
        _index.Remove(_slots[slot].Id);
        _free[_freeCount++] = slot;
    }

    /// <summary>Spans of all undecided traces, and their bytes.</summary>
    public (long Spans, long Bytes) Waiting()
    {
        var (spans, bytes) = (0L, 0L);
        foreach (var slot in _index.Values)
        {
            spans += _slots[slot].Spans;
            bytes += _slots[slot].Bytes;
        }
        return (spans, bytes);
    }

    private void Grow()
    {
        var (from, to) = (_slots.Length, (int)Math.Min(_maxSlots, Math.Max(FirstSlots, _slots.Length * 2L)));
        Array.Resize(ref _slots, to);
        Array.Resize(ref _met, to * _words);
        Array.Resize(ref _free, to);
        _index.EnsureCapacity(to);
        for (var slot = to - 1; slot >= from; slot--)
            _free[_freeCount++] = slot;
    }
}
