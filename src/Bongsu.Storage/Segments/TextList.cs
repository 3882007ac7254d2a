using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Texts one behind the other. Reusable through <see cref="Clear"/>; not thread-safe.</summary>
internal sealed class TextList
{
    private readonly ByteWriter _bytes = new(1024);
    private int[] _ends = new int[64];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> All => _bytes.Written;

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            return _bytes.Written[start.._ends[index]];
        }
    }

    public void Add(ReadOnlySpan<byte> text)
    {
        _bytes.PutBytes(text);
        if (Count == _ends.Length)
            Array.Resize(ref _ends, Count * 2);
        _ends[Count++] = _bytes.Length;
    }

    public void Clear()
    {
        _bytes.Clear();
        Count = 0;
    }
}
