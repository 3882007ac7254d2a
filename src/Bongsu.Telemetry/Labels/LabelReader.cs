namespace Bongsu.Telemetry.Labels;

/// <summary>Walks canonical label bytes without allocating. See <see cref="LabelSet"/> for the form.</summary>
public ref struct LabelReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    public LabelReader(ReadOnlySpan<byte> canonical)
    {
        _bytes = canonical;
        _at = 0;
    }

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly LabelReader Current => this;

    public bool MoveNext()
    {
        if (_at >= _bytes.Length)
            return false;
        Name = Next();
        Value = Next();
        return true;
    }

    public readonly LabelReader GetEnumerator() => this;

    private ReadOnlySpan<byte> Next()
    {
        if (!Varint.TryRead(_bytes, ref _at, out var length) || length > (ulong)(_bytes.Length - _at))
            throw new FormatException("Label bytes are cut short.");
        var slice = _bytes.Slice(_at, (int)length);
        _at += (int)length;
        return slice;
    }

    /// <summary>Whether bytes from outside are canonical: well formed, names ascending and not empty, values not empty.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        ReadOnlySpan<byte> last = default;
        while (at < bytes.Length)
        {
            if (!TryNext(bytes, ref at, out var name) || !TryNext(bytes, ref at, out var value) || name.IsEmpty || value.IsEmpty)
                return false;
            if (!last.IsEmpty && last.SequenceCompareTo(name) >= 0)
                return false;
            last = name;
        }
        return true;
    }

    private static bool TryNext(ReadOnlySpan<byte> bytes, scoped ref int at, out ReadOnlySpan<byte> slice)
    {
        slice = default;
        if (!Varint.TryRead(bytes, ref at, out var length) || length > (ulong)(bytes.Length - at))
            return false;
        slice = bytes.Slice(at, (int)length);
        at += (int)length;
        return true;
    }
}
