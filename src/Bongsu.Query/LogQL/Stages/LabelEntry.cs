using System.Text;

namespace Bongsu.Query.LogQL.Stages;

internal enum LabelCategory : byte
{
    Stream,
    Metadata,
    Parsed,
}

/// <summary>One label of a line: its value stands as text, as UTF-8, or both, so that no string is made of a value that is only compared.</summary>
internal struct LabelEntry(string name, LabelCategory category)
{
    private byte[]? _buffer;
    private int _at;
    private int _length;

    public readonly string Name => name;

    public readonly LabelCategory Category => category;

    /// <summary>What it is called in the line; null when it was not found there.</summary>
    public string? Key { get; init; }

    /// <summary>Null as long as nobody asked for it.</summary>
    public string? Text { get; private set; }

    public readonly bool HasUtf8 => _buffer is not null;

    /// <summary>Empty as long as it is not set.</summary>
    public readonly ReadOnlySpan<byte> Utf8 => _buffer.AsSpan(_at, _length);

    public static LabelEntry OfText(string name, string text, LabelCategory category, string? key = null) => new(name, category) { Text = text, Key = key };

    /// <summary>A label that lives longer than a line: in both forms.</summary>
    public static LabelEntry Shared(string name, string text, LabelCategory category)
    {
        var entry = OfText(name, text, category);
        var utf8 = Encoding.UTF8.GetBytes(text);
        entry.SetUtf8(utf8, 0, utf8.Length);
        return entry;
    }

    /// <summary>Valid UTF-8 in a buffer that stays as it is as long as the entry is used.</summary>
    public void SetUtf8(byte[] buffer, int at, int length) => (_buffer, _at, _length) = (buffer, at, length);

    public string ToText() => Text ??= Encoding.UTF8.GetString(Utf8);
}
