using System.Buffers;

namespace Bongsu.Storage.Segments;

/// <summary>Walks the words ([A-Za-z0-9_]+) of a text.</summary>
internal ref struct WordReader(ReadOnlySpan<byte> text, bool isWhole = false)
{
    private static readonly SearchValues<byte> s_word = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"u8);

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    public ReadOnlySpan<byte> Word { get; private set; }

    /// <summary>Whether the word begins or ends where the text does, so that it may be a part of a longer one; never of a whole text.</summary>
    public bool TouchesEnds { get; private set; }

    // Hot path: 0 B/op (see JsonColumnsBenchmark)
    public bool Read()
    {
        var start = _text[_at..].IndexOfAny(s_word);
        if (start < 0)
            return false;
        start += _at;
        var length = _text[start..].IndexOfAnyExcept(s_word);
        _at = length < 0 ? _text.Length : start + length;
        Word = _text[start.._at];
        TouchesEnds = !isWhole && (start == 0 || _at == _text.Length);
        return true;
    }
}
