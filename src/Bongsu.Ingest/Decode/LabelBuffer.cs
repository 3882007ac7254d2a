using System.Text;
using Bongsu.Telemetry;

namespace Bongsu.Ingest.Decode;

/// <summary>
/// Collects labels in any order and writes them in the canonical form of a label set. A prefix of shared labels (those of a resource) can be kept
/// between series. Not thread-safe; allocates nothing after warm-up.
/// </summary>
internal sealed class LabelBuffer
{
    private readonly ByteBuffer _text = new();
    private readonly ByteBuffer _canonical = new();
    private Entry[] _labels = new Entry[32];
    private Entry[] _sorted = new Entry[32];

    public int Count { get; private set; }

    public void Clear()
    {
        _text.Clear();
        Count = 0;
    }

    /// <summary>The present state, to come back to.</summary>
    public (int Labels, int Bytes) Mark() => (Count, _text.Length);

    public void Return((int Labels, int Bytes) mark)
    {
        Count = mark.Labels;
        _text.Truncate(mark.Bytes);
    }

    public ReadOnlySpan<byte> Name(int index) => _text.Span.Slice(_labels[index].Start, _labels[index].NameLength);

    public ReadOnlySpan<byte> Value(int index) => _text.Span.Slice(_labels[index].Start + _labels[index].NameLength, _labels[index].ValueLength);

    public int Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Count; i++)
        {
            if (Name(i).SequenceEqual(name))
                return i;
        }
        return -1;
    }

    /// <summary>Adds a label; the caller knows that the name is not there yet, or checks <see cref="Canonical"/>.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Count == _labels.Length)
        {
            Array.Resize(ref _labels, Count * 2);
            _sorted = new Entry[Count * 2];
        }
        var start = _text.Length;
        _text.Append(name);
        _text.Append(value);
        _labels[Count++] = new Entry(start, name.Length, value.Length);
    }

    public void Add(ReadOnlySpan<byte> name, string value)
    {
        Span<byte> utf8 = value.Length <= 128 ? stackalloc byte[384] : new byte[value.Length * 3];
        Add(name, utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
    }

    /// <summary>Adds a label or replaces its value.</summary>
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var at = Find(name);
        if (at >= 0)
            _labels[at] = _labels[--Count];
        Add(name, value);
    }

    public void Replace(int index, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Add(name, value);
        _labels[index] = _labels[--Count];
    }

    /// <summary>Adds a label, or joins the value to that of the same name with ';', as Prometheus does when two attributes become one label.</summary>
    public void AddOrJoin(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var at = Find(name);
        if (at < 0)
        {
            Add(name, value);
            return;
        }
        var start = _text.Length;
        _text.Append(name);
        var old = _labels[at];
        _text.Reserve(old.ValueLength);
        _text.Append(Value(at));
        _text.Append((byte)';');
        _text.Append(value);
        _labels[at] = new Entry(start, name.Length, old.ValueLength + 1 + value.Length);
    }

    /// <summary>The canonical bytes, valid until the next call; false when a name occurs twice. Empty values are left out.</summary>
    public bool Canonical(out ReadOnlySpan<byte> canonical)
    {
        Sort();
        _canonical.Clear();
        ReadOnlySpan<byte> last = default;
        for (var i = 0; i < Count; i++)
        {
            var label = _sorted[i];
            var name = _text.Span.Slice(label.Start, label.NameLength);
            if (i > 0 && name.SequenceEqual(last))
            {
                canonical = default;
                return false;
            }
            last = name;
            if (label.ValueLength == 0)
                continue;
            Put(name);
            Put(_text.Span.Slice(label.Start + label.NameLength, label.ValueLength));
        }
        canonical = _canonical.Span;
        return true;
    }

    /// <summary>What the last call of <see cref="Canonical(out ReadOnlySpan{byte})"/> wrote.</summary>
    public ReadOnlySpan<byte> LastCanonical => _canonical.Span;

    private void Sort()
    {
        _labels.AsSpan(0, Count).CopyTo(_sorted);
        // Insertion sort: senders mostly send labels in order, and there are few; the limit on their number bounds the worst case.
        for (var i = 1; i < Count; i++)
        {
            var label = _sorted[i];
            var at = i;
            while (at > 0 && NameOf(label).SequenceCompareTo(NameOf(_sorted[at - 1])) < 0)
            {
                _sorted[at] = _sorted[at - 1];
                at--;
            }
            _sorted[at] = label;
        }
    }

    private ReadOnlySpan<byte> NameOf(Entry label) => _text.Span.Slice(label.Start, label.NameLength);

    private void Put(ReadOnlySpan<byte> text)
    {
        _canonical.Commit(Varint.Write(_canonical.Reserve(Varint.MaxSize), (ulong)text.Length));
        _canonical.Append(text);
    }

    private readonly record struct Entry(int Start, int NameLength, int ValueLength);
}
