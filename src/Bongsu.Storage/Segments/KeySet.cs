namespace Bongsu.Storage.Segments;

/// <summary>Distinct keys, in one array; for as many as are expected it grows no larger than they need. Not thread-safe.</summary>
internal sealed class KeySet(int expected = int.MaxValue / 2)
{
    private const int FirstSlots = 1024;

    // Open addressing, at most seven tenths full; no key is all zeros.
    private EventKey[] _slots = new EventKey[FirstSlots];

    public int Count { get; private set; }

    public bool Contains(EventKey key) => Count > 0 && _slots[Find(Named(key))] != default;

    // Hot path: 0 B/op but for growing (see AllocationTests)
    /// <summary>False when the key is there.</summary>
    public bool Add(EventKey key)
    {
        key = Named(key);
        var slot = Find(key);
        if (_slots[slot] != default)
            return false;
        _slots[slot] = key;
        if (++Count * 10L > _slots.Length * 7L)
            Grow();
        return true;
    }

    public void Remove(EventKey key)
    {
        var slot = Find(Named(key));
        if (_slots[slot] == default)
            return;
        Count--;
        _slots[slot] = default;
        // What stands behind it may have been pushed on by it.
        for (slot = Next(slot); _slots[slot] != default; slot = Next(slot))
        {
            var moved = _slots[slot];
            _slots[slot] = default;
            _slots[Find(moved)] = moved;
        }
    }

    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
    }

    private static EventKey Named(EventKey key) => key == default ? new EventKey(0, 1) : key;

    private int Next(int slot) => slot + 1 == _slots.Length ? 0 : slot + 1;

    // Where the key is, or else where it goes.
    private int Find(EventKey key)
    {
        var slot = (int)Math.BigMul(key.High + key.Low * 0x9E3779B97F4A7C15, (ulong)_slots.Length, out _);
        while (_slots[slot] != default && _slots[slot] != key)
            slot = Next(slot);
        return slot;
    }

    private void Grow()
    {
        var old = _slots;
        // A half more at a time: between seven and five tenths full.
        var (more, enough) = (old.Length + old.Length / 2, expected * 10L / 7 + 2);
        _slots = new EventKey[old.Length < enough ? Math.Min(more, enough) : more];
        foreach (var key in old)
        {
            if (key != default)
                _slots[Find(key)] = key;
        }
    }
}
