using System.Numerics;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>
/// Finds labels of a line by their names where there are too many to look through. It follows the list when asked; only removals have to be told. Its room
/// is kept from line to line. Not thread-safe.
/// </summary>
internal sealed class NameIndex
{
    /// <summary>Fewer are found sooner by looking through them.</summary>
    public const int MinLabels = 32;

    // Places in the list plus one; zero: none.
    private int[] _buckets = [];
    private Slot[] _slots = [];
    private int _bucketsUsed;
    private int _count;
    private bool _isLinked;

    public void Clear() => (_count, _isLinked) = (0, false);

    /// <summary>Where a name stands in a list that has only grown since the last call, but for what was told; negative: nowhere.</summary>
    public int Find(ReadOnlySpan<LabelEntry> entries, string name)
    {
        if (!_isLinked || _count < entries.Length)
            Follow(entries);
        var hash = name.GetHashCode();
        for (var at = _buckets[hash & (_bucketsUsed - 1)] - 1; at >= 0; at = _slots[at].Next - 1)
        {
            if (_slots[at].Hash == hash && entries[at].Name == name)
                return at;
        }
        return -1;
    }

    public void RemoveAt(int index)
    {
        if (index >= _count)
            return;
        _count--;
        Array.Copy(_slots, index + 1, _slots, index, _count - index);
        _isLinked = false;
    }

    // Why string hashes: they are keyed, so that no sender can choose names that all fall into one bucket.
    private void Follow(ReadOnlySpan<LabelEntry> entries)
    {
        if (_slots.Length < entries.Length)
            Array.Resize(ref _slots, Math.Max(entries.Length, _slots.Length * 2));
        var first = _count;
        for (; _count < entries.Length; _count++)
            _slots[_count].Hash = entries[_count].Name.GetHashCode();
        if (!_isLinked || _count > _bucketsUsed)
            first = Empty();
        for (var at = first; at < _count; at++)
        {
            ref var bucket = ref _buckets[_slots[at].Hash & (_bucketsUsed - 1)];
            _slots[at].Next = bucket;
            bucket = at + 1;
        }
    }

    // Only buckets that this line needs are emptied: one large line makes none of the following dear.
    private int Empty()
    {
        _bucketsUsed = (int)BitOperations.RoundUpToPowerOf2((uint)_count * 2);
        if (_buckets.Length < _bucketsUsed)
            _buckets = new int[_bucketsUsed];
        else
            Array.Clear(_buckets, 0, _bucketsUsed);
        _isLinked = true;
        return 0;
    }

    private struct Slot
    {
        public int Hash;

        // The next place of the same bucket plus one; zero: none.
        public int Next;
    }
}
