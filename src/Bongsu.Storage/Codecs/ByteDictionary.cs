using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Codecs;

/// <summary>Numbers distinct byte strings 0, 1, 2 … in the order they come. Not thread-safe.</summary>
internal sealed class ByteDictionary
{
    private const int FirstSlots = 16;

    private readonly List<byte[]> _items = [];
    private readonly List<ulong> _hashes = [];
    // Open addressing, at most half full: the number of an item plus one, or 0.
    private int[] _slots = new int[FirstSlots];

    public int Count => _items.Count;

    public byte[] this[int index] => _items[index];

    // Hot path: 0 B/op for strings that are there (see AllocationTests)
    public bool TryAdd(ReadOnlySpan<byte> item, out int index)
    {
        var hash = LabelHash.Of(item);
        var slot = Find(item, hash, out index);
        if (slot < 0)
            return false;
        index = _items.Count;
        _items.Add(item.ToArray());
        _hashes.Add(hash);
        _slots[slot] = _items.Count;
        if (_items.Count * 2 > _slots.Length)
            Grow();
        return true;
    }

    public bool TryFind(ReadOnlySpan<byte> item, out int index) => Find(item, LabelHash.Of(item), out index) < 0;

    public int Add(ReadOnlySpan<byte> item)
    {
        TryAdd(item, out var index);
        return index;
    }

    public void Clear()
    {
        if (_items.Count == 0)
            return;
        Array.Clear(_slots);
        _items.Clear();
        _hashes.Clear();
    }

    public void Put(ByteWriter into)
    {
        into.PutVarint((ulong)_items.Count);
        foreach (var item in _items)
            into.PutText(item);
    }

    // The free slot for an item, or -1 and its number when it is there.
    private int Find(ReadOnlySpan<byte> item, ulong hash, out int index)
    {
        for (var slot = (int)(hash & (uint)(_slots.Length - 1)); ; slot = slot + 1 & _slots.Length - 1)
        {
            index = _slots[slot] - 1;
            if (index < 0)
                return slot;
            if (_hashes[index] == hash && item.SequenceEqual(_items[index]))
                return -1;
        }
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        for (var i = 0; i < _hashes.Count; i++)
        {
            var slot = (int)(_hashes[i] & (uint)(_slots.Length - 1));
            while (_slots[slot] > 0)
                slot = slot + 1 & _slots.Length - 1;
            _slots[slot] = i + 1;
        }
    }
}
