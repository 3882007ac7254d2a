using System.Text;

namespace Bongsu.Telemetry.Labels;

/// <summary>Builds a <see cref="LabelSet"/> from labels in any order. Not thread-safe; can be used again after <see cref="Clear"/>.</summary>
public sealed class LabelSetBuilder
{
    private readonly List<(byte[] Name, byte[] Value)> _labels = [];

    public LabelSetBuilder() { }

    public LabelSetBuilder(LabelSet from)
    {
        foreach (var label in from)
            _labels.Add((label.Name.ToArray(), label.Value.ToArray()));
    }

    public LabelSetBuilder Set(string name, string value) => Set(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));

    /// <summary>Sets a label; an empty value removes it.</summary>
    public LabelSetBuilder Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Remove(name);
        if (!value.IsEmpty && !name.IsEmpty)
            _labels.Add((name.ToArray(), value.ToArray()));
        return this;
    }

    public LabelSetBuilder Remove(string name) => Remove(Encoding.UTF8.GetBytes(name));

    public LabelSetBuilder Remove(ReadOnlySpan<byte> name)
    {
        for (var i = _labels.Count - 1; i >= 0; i--)
        {
            if (name.SequenceEqual(_labels[i].Name))
                _labels.RemoveAt(i);
        }
        return this;
    }

    public void Clear() => _labels.Clear();

    public LabelSet ToLabelSet()
    {
        _labels.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        var size = 0;
        foreach (var (name, value) in _labels)
            size += Varint.Size((ulong)name.Length) + name.Length + Varint.Size((ulong)value.Length) + value.Length;
        var bytes = new byte[size];
        var at = 0;
        foreach (var (name, value) in _labels)
        {
            Put(bytes, ref at, name);
            Put(bytes, ref at, value);
        }
        return LabelSet.Own(bytes);
    }

    private static void Put(byte[] bytes, ref int at, byte[] text)
    {
        at += Varint.Write(bytes.AsSpan(at), (ulong)text.Length);
        text.CopyTo(bytes, at);
        at += text.Length;
    }
}
