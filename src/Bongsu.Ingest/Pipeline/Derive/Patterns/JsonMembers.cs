using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>
/// Walks the members of a JSON object at its top level, without checking more of the form than finding them takes: text from outside, maybe cut off.
/// Values that are text are given as they stand, escapes and all.
/// </summary>
internal ref struct JsonMembers(ReadOnlySpan<byte> json)
{
    private const int Block = 32;

    private static readonly SearchValues<byte> s_nesting = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> s_scalarEnd = SearchValues.Create(",}] \t\r\n"u8);

    private readonly ReadOnlySpan<byte> _json = json;
    private int _at = 1;

    // Quotes and backslashes of the 32 bytes from here on, found at once, since there is one every few bytes.
    private int _block = -Block;
    private uint _stops;

    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>The text between the quotes, or else empty.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>A number, true, false or null as it stands, or else empty.</summary>
    public ReadOnlySpan<byte> Scalar { get; private set; }

    public bool Read()
    {
        SkipSpace();
        if (!TryText(out var key))
            return false;
        Key = key;
        SkipSpace();
        if (_at >= _json.Length || _json[_at++] != ':')
            return false;
        SkipSpace();
        return _at < _json.Length && TryValue();
    }

    private bool TryValue()
    {
        Text = Scalar = default;
        if (_json[_at] == '"')
        {
            if (!TryText(out var text))
                return false;
            Text = text;
        }
        else if (_json[_at] is (byte)'{' or (byte)'[')
        {
            if (!TrySkipNested())
                return false;
        }
        else
        {
            var length = _json[_at..].IndexOfAny(s_scalarEnd);
            if (length <= 0)
                return false;
            Scalar = _json.Slice(_at, length);
            _at += length;
        }
        SkipSpace();
        if (_at < _json.Length && _json[_at] == ',')
            _at++;
        return true;
    }

    // The end of a text that was cut off counts as its end: its beginning is what is wanted.
    private bool TryText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_at >= _json.Length || _json[_at] != '"')
            return false;
        var start = ++_at;
        while (_at < _json.Length)
        {
            _at = NextStop(_at);
            if (_at >= _json.Length)
                break;
            if (_json[_at] == '"')
            {
                text = _json[start.._at++];
                return true;
            }
            _at += 2;
        }
        _at = _json.Length;
        text = _json[start..];
        return true;
    }

    private bool TrySkipNested()
    {
        var depth = 0;
        while (_at < _json.Length)
        {
            var found = _json[_at..].IndexOfAny(s_nesting);
            if (found < 0)
                return false;
            _at += found;
            if (_json[_at] == '"')
            {
                TryText(out _);
                continue;
            }
            depth += _json[_at++] is (byte)'{' or (byte)'[' ? 1 : -1;
            if (depth == 0)
                return true;
        }
        return false;
    }

    // The next quote or backslash, or the end.
    private int NextStop(int from)
    {
        while (true)
        {
            var stops = from - _block < Block ? _stops & uint.MaxValue << (from - _block) : 0;
            if (stops != 0)
                return _block + BitOperations.TrailingZeroCount(stops);
            from = from - _block < Block ? _block + Block : from;
            if (from >= _json.Length)
                return _json.Length;
            _block = from;
            _stops = Stops(_json[from..]);
        }
    }

    private static uint Stops(ReadOnlySpan<byte> text)
    {
        if (text.Length >= Block)
            return Stops(Vector256.Create(text));
        Span<byte> padded = stackalloc byte[Block];
        padded.Clear();
        text.CopyTo(padded);
        return Stops(Vector256.Create((ReadOnlySpan<byte>)padded));
    }

    private static uint Stops(Vector256<byte> bytes) =>
        (Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))).ExtractMostSignificantBits();

    private void SkipSpace()
    {
        while (_at < _json.Length && _json[_at] <= ' ' && _json[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            _at++;
    }
}
