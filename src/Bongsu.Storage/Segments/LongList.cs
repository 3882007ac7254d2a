namespace Bongsu.Storage.Segments;

/// <summary>Numbers in an array that grows. Reusable through <see cref="Clear"/>; not thread-safe.</summary>
internal sealed class LongList
{
    private long[] _numbers = new long[64];

    public int Count { get; private set; }

    public ReadOnlySpan<long> Span => _numbers.AsSpan(0, Count);

    public void Add(long number)
    {
        if (Count == _numbers.Length)
            Array.Resize(ref _numbers, Count * 2);
        _numbers[Count++] = number;
    }

    public void Clear() => Count = 0;
}
