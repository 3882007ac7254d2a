namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Something for each window from the first that has any on. Times come in order, so it grows at its end; most series of many live in a few windows. Not thread-safe.</summary>
internal struct WindowList<T>() where T : struct
{
    private T[] _items = [];

    /// <summary>The window of the first item.</summary>
    public int First { get; private set; }

    public readonly ReadOnlySpan<T> Items => _items;

    /// <summary>What stands for the windows from <paramref name="first"/> to before <paramref name="end"/>, to be changed.</summary>
    public Span<T> Of(int first, int end)
    {
        if (first < First || end - First > _items.Length)
            Cover(first, end);
        return _items.AsSpan(first - First, end - first);
    }

    private void Cover(int first, int end)
    {
        if (_items.Length == 0)
            First = first;
        var from = Math.Min(first, First);
        var size = Math.Max(First + _items.Length, end) - from;
        var grown = new T[Math.Max(size, _items.Length * 2)];
        _items.CopyTo(grown, First - from);
        (_items, First) = (grown, from);
    }
}
