namespace Bongsu.Storage.Segments;

/// <summary>Distinct hashes, none of them 0. Reusable through <see cref="Clear"/>; not thread-safe.</summary>
internal sealed class WordSet
{
    // Open addressing, at most half full.
    private ulong[] _slots = new ulong[1024];

    public int Count { get; private set; }

    /// <summary>All slots; 0 is a free one.</summary>
    public ReadOnlySpan<ulong> Slots => _slots;

    // Hot path: 0 B/op after warm-up (see JsonColumnsBenchmark, AllocationTests)
    public void Add(ulong hash)
    {
        for (var slot = (uint)(hash >> 32) & (uint)(_slots.Length - 1); ; slot = slot + 1 & (uint)(_slots.Length - 1))
        {
            if (_slots[slot] == hash)
                return;
            if (_slots[slot] != 0)
                continue;
            _slots[slot] = hash;
            break;
        }
        if (++Count * 2 > _slots.Length)
            Grow();
    }

    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new ulong[old.Length * 2];
        Count = 0;
        foreach (var hash in old)
        {
            if (hash != 0)
                Add(hash);
        }
    }
}
