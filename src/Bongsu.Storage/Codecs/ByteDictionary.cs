namespace Bongsu.Storage.Codecs;

/// <summary>Numbers distinct byte strings 0, 1, 2 … in the order they come. Not thread-safe.</summary>
internal sealed class ByteDictionary
{
    private readonly Dictionary<byte[], int> _indexes = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly List<byte[]> _items = [];

    public ByteDictionary() => _lookup = _indexes.GetAlternateLookup<ReadOnlySpan<byte>>();

    public int Count => _items.Count;

    public byte[] this[int index] => _items[index];

    public bool TryAdd(ReadOnlySpan<byte> item, out int index)
    {
        if (_lookup.TryGetValue(item, out index))
            return false;
        index = _items.Count;
        var copy = item.ToArray();
        _items.Add(copy);
        _indexes.Add(copy, index);
        return true;
    }

    public int Add(ReadOnlySpan<byte> item)
    {
        TryAdd(item, out var index);
        return index;
    }

    public void Clear()
    {
        _indexes.Clear();
        _items.Clear();
    }

    public void Put(ByteWriter into)
    {
        into.PutVarint((ulong)_items.Count);
        foreach (var item in _items)
            into.PutText(item);
    }
}
