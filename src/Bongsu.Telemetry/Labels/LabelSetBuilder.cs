using System.Text;

namespace Bongsu.Telemetry.Labels;

/// <summary>Builds a <see cref="LabelSet"/> from labels in any order. Not thread-safe; can be used again after <see cref="Clear"/>.</summary>
public sealed class LabelSetBuilder
{
    // In the order in which they were set. Which of a name counts shows when they are sorted: to look for it at each would cost the square of their number.
    private readonly List<(byte[] Name, byte[] Value, int Order)> _labels = [];
    private int _order;

    public LabelSetBuilder() { }

    public LabelSetBuilder(LabelSet from)
    {
        foreach (var label in from)
            Add(label.Name, label.Value);
    }

    public LabelSetBuilder Set(string name, string value) => Set(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));

    /// <summary>Sets a label; an empty value removes it.</summary>
    public LabelSetBuilder Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!name.IsEmpty)
            Add(name, value);
        return this;
    }

    public LabelSetBuilder Remove(string name) => Remove(Encoding.UTF8.GetBytes(name));

    public LabelSetBuilder Remove(ReadOnlySpan<byte> name) => Set(name, []);

    public void Clear()
    {
        _labels.Clear();
        _order = 0;
    }

    public LabelSet ToLabelSet()
    {
        SortLastOfEach();
        var size = 0;
        foreach (var (name, value, _) in _labels)
            size += Varint.Size((ulong)name.Length) + name.Length + Varint.Size((ulong)value.Length) + value.Length;
        var bytes = new byte[size];
        var at = 0;
        foreach (var (name, value, _) in _labels)
        {
            Put(bytes, ref at, name);
            Put(bytes, ref at, value);
        }
        return LabelSet.Own(bytes);
    }

    private void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => _labels.Add((name.ToArray(), value.ToArray(), _order++));

    // Leaves the last of each name, none where that is empty.
    private void SortLastOfEach()
    {
        _labels.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name) is var order && order != 0 ? order : a.Order - b.Order);
        var count = 0;
        for (var i = 0; i < _labels.Count; i++)
        {
            var isLast = i + 1 == _labels.Count || !_labels[i].Name.AsSpan().SequenceEqual(_labels[i + 1].Name);
            if (isLast && _labels[i].Value.Length > 0)
                _labels[count++] = _labels[i];
        }
        _labels.RemoveRange(count, _labels.Count - count);
    }

    private static void Put(byte[] bytes, ref int at, byte[] text)
    {
        at += Varint.Write(bytes.AsSpan(at), (ulong)text.Length);
        text.CopyTo(bytes, at);
        at += text.Length;
    }
}
