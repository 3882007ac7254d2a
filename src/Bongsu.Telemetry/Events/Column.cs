namespace Bongsu.Telemetry.Events;

/// <summary>A growable column of one type, readable as a span. Not thread-safe.</summary>
public sealed class Column<T> where T : struct
{
    private T[] _items = [];

    public int Count { get; private set; }

    public ReadOnlySpan<T> Span => _items.AsSpan(0, Count);

    /// <summary>For stages and readers that change values in place.</summary>
    public Span<T> Mutable => _items.AsSpan(0, Count);

    public T this[int index]
    {
        get => Span[index];
        set => Mutable[index] = value;
    }

    public void Add(T item)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, Math.Max(16, Count * 2));
        _items[Count++] = item;
    }

    public void Add(ReadOnlySpan<T> items)
    {
        if (Count + items.Length > _items.Length)
            Array.Resize(ref _items, Math.Max(Count + items.Length, _items.Length * 2));
        items.CopyTo(_items.AsSpan(Count));
        Count += items.Length;
    }

    /// <summary>Room for that many more items, counted as added; the caller fills all of it. Valid until the column grows.</summary>
    public Span<T> Take(int count)
    {
        if (Count + count > _items.Length)
            Array.Resize(ref _items, Math.Max(Count + count, _items.Length * 2));
        Count += count;
        return _items.AsSpan(Count - count, count);
    }

    /// <summary>Makes room for that many more items at once.</summary>
    public void Reserve(int count)
    {
        if (Count + count > _items.Length)
            Array.Resize(ref _items, Count + count);
    }

    /// <summary>Shortens the column; what is beyond is forgotten.</summary>
    public void Truncate(int count) => Count = Math.Min(Count, count);

    public void Clear() => Count = 0;
}
