using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Texts one behind the other. Reusable through <see cref="Clear"/>; not thread-safe.</summary>
internal sealed class TextList
{
    private readonly ByteWriter _bytes = new(1024);
    private readonly List<int> _ends = [];

    public int Count => _ends.Count;

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
        _ends.Add(_bytes.Length);
    }

    public void Clear()
    {
        _bytes.Clear();
        _ends.Clear();
    }
}
