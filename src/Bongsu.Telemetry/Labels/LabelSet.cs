using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Bongsu.Telemetry.Labels;

/// <summary>
/// An immutable set of labels, held as its canonical bytes: for each label, in ascending ordinal byte order of the names,
/// <c>varint(name length) name varint(value length) value</c>, all UTF-8. A label with an empty value is the same as no label and is never stored.
/// Two sets are equal when their bytes are. Thread-safe.
/// </summary>
public sealed class LabelSet : IEquatable<LabelSet>
{
    public static readonly LabelSet Empty = new([]);

    private readonly byte[] _bytes;
    private ulong _hash;

    private LabelSet(byte[] bytes) => _bytes = bytes;

    /// <summary>The canonical bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public bool IsEmpty => _bytes.Length == 0;

    /// <summary>A stable 64-bit hash of the bytes; the same in every process and version.</summary>
    public ulong Hash => _hash != 0 ? _hash : _hash = LabelHash.Of(_bytes);

    /// <summary>Takes bytes that are canonical already; they are copied.</summary>
    /// <exception cref="FormatException">The bytes are not canonical.</exception>
    public static LabelSet FromCanonical(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return Empty;
        if (!LabelReader.IsCanonical(bytes))
            throw new FormatException("Label bytes are not in canonical form.");
        return new LabelSet(bytes.ToArray());
    }

    /// <summary>Takes ownership of bytes that this assembly has just made.</summary>
    internal static LabelSet Own(byte[] bytes) => bytes.Length == 0 ? Empty : new LabelSet(bytes);

    /// <summary>A set of the given labels; a later label of the same name replaces an earlier one, an empty value removes it.</summary>
    public static LabelSet Of(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var builder = new LabelSetBuilder();
        foreach (var (name, value) in labels)
            builder.Set(name, value);
        return builder.ToLabelSet();
    }

    public LabelReader GetEnumerator() => new(_bytes);

    /// <summary>The value of a label, or null when there is none.</summary>
    public string? Get(string name)
    {
        Span<byte> utf8 = name.Length <= 80 ? stackalloc byte[256] : new byte[name.Length * 3];
        var length = Encoding.UTF8.GetBytes(name, utf8);
        return TryGet(utf8[..length], out var value) ? Encoding.UTF8.GetString(value) : null;
    }

    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var reader = new LabelReader(_bytes);
        while (reader.MoveNext())
        {
            var order = reader.Name.SequenceCompareTo(name);
            if (order == 0)
            {
                value = reader.Value;
                return true;
            }
            if (order > 0)
                break;
        }
        value = default;
        return false;
    }

    /// <summary>All labels as strings, in order.</summary>
    public List<Label> ToList()
    {
        var list = new List<Label>();
        foreach (var label in this)
            list.Add(new Label(Encoding.UTF8.GetString(label.Name), Encoding.UTF8.GetString(label.Value)));
        return list;
    }

    public bool Equals([NotNullWhen(true)] LabelSet? other) =>
        ReferenceEquals(this, other) || (other is not null && _bytes.AsSpan().SequenceEqual(other._bytes));

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => (int)Hash;

    /// <summary>The Prometheus text form, for messages: <c>name{a="b"}</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Get(LabelNames.MetricName)).Append('{');
        var first = true;
        foreach (var label in ToList())
        {
            if (label.Name == LabelNames.MetricName)
                continue;
            if (!first)
                text.Append(", ");
            first = false;
            text.Append(label.Name).Append("=\"").Append(label.Value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
        }
        return text.Append('}').ToString();
    }
}
