using System.Buffers;

namespace Bongsu.Ingest.Decode.JsonLines;

/// <summary>
/// Walks the members of one JSON object, or the items of one list, and checks the whole of each value. It never throws: among lines from outside a broken
/// one is nothing unusual, and an exception for each would be worth sending. Texts are given as they stand, escapes and all; bytes are only borrowed.
/// </summary>
internal ref struct JsonScanner(ReadOnlySpan<byte> text)
{
    /// <summary>Deeper values are refused; one bit of a word stands for each level.</summary>
    public const int MaxDepth = 64;

    private const string CutShort = "it ends too early";

    // What ends a run of ordinary characters: the quote, the escape, and control characters, which JSON wants escaped.
    private static readonly SearchValues<byte> s_special = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(c => (byte)c)]);

    private readonly ReadOnlySpan<byte> _text = text;
    private bool _isFirst = true;
    private int _at;

    /// <summary>Bytes read so far: where a fault lies.</summary>
    public readonly int Position => _at;

    /// <summary>What is wrong, in words; null while all is well.</summary>
    public string? Fault { get; private set; }

    public ReadOnlySpan<byte> Key { get; private set; }

    public JsonKind Kind { get; private set; }

    /// <summary>The value: of a text what stands between its quotes, of an object or list all of it.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Steps into the object or list that begins here.</summary>
    public bool TryOpen(byte bracket)
    {
        SkipSpace();
        _isFirst = true;
        return Take(bracket) || Wrong(_at >= _text.Length ? CutShort : bracket == '{' ? "a line must be a JSON object" : "a list is expected");
    }

    /// <summary>The next member of the object; false at its end and at a fault.</summary>
    public bool ReadMember()
    {
        if (!Next((byte)'}') || !TryName(out var key))
            return false;
        Key = key;
        return ReadValue();
    }

    /// <summary>The next item of the list; false at its end and at a fault.</summary>
    public bool ReadItem() => Next((byte)']') && ReadValue();

    private bool ReadValue()
    {
        SkipSpace();
        var start = _at;
        if (_at < _text.Length && _text[_at] == '"')
        {
            Kind = JsonKind.String;
            if (!TryText(out var value))
                return false;
            Value = value;
            return true;
        }
        var isNested = _at < _text.Length && _text[_at] is (byte)'{' or (byte)'[';
        if (!(isNested ? TryNested() : TryScalar()))
            return false;
        if (isNested)
            Kind = _text[start] == '{' ? JsonKind.Object : JsonKind.Array;
        Value = _text[start.._at];
        return true;
    }

    /// <summary>Before each member or item: the comma, or the end.</summary>
    private bool Next(byte close)
    {
        SkipSpace();
        if (_at >= _text.Length)
            return Wrong(CutShort);
        if (Take(close))
            return false;
        if (!_isFirst && !Take((byte)','))
            return Wrong("a comma is missing");
        _isFirst = false;
        SkipSpace();
        return true;
    }

    private bool TryName(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (_at >= _text.Length || _text[_at] != '"')
            return Wrong(_at >= _text.Length ? CutShort : "a name in quotes is expected");
        if (!TryText(out name))
            return false;
        SkipSpace();
        return Take((byte)':') || Wrong(_at >= _text.Length ? CutShort : "a colon is missing");
    }

    private bool TryText(out ReadOnlySpan<byte> text)
    {
        text = default;
        var start = ++_at;
        while (true)
        {
            var found = _text[_at..].IndexOfAny(s_special);
            if (found < 0)
                return Wrong("a text has no end");
            _at += found;
            if (_text[_at] == '"')
            {
                text = _text[start.._at++];
                return true;
            }
            if (_text[_at] != '\\')
                return Wrong("a text holds a control character; JSON wants it escaped");
            if (!TryEscape())
                return Wrong("an escape in a text is none of JSON's");
        }
    }

    private bool TryEscape()
    {
        if (_at + 1 >= _text.Length)
            return false;
        var escaped = _text[_at + 1];
        var length = escaped == 'u' ? 6 : 2;
        if (_text.Length - _at < length)
            return false;
        for (var i = 2; i < length; i++)
        {
            if (!char.IsAsciiHexDigit((char)_text[_at + i]))
                return false;
        }
        _at += length;
        return escaped is (byte)'u' or (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t';
    }

    // Walks down and up without a stack of calls: a bit for each level says whether it is an object.
    private bool TryNested()
    {
        ulong objects = 0;
        var depth = 0;
        while (true)
        {
            SkipSpace();
            var open = _at < _text.Length ? _text[_at] : (byte)0;
            if (open is (byte)'{' or (byte)'[')
            {
                if (++depth >= MaxDepth)
                    return Wrong($"it is nested deeper than the limit of {MaxDepth}");
                objects = objects << 1 | (open == '{' ? 1u : 0);
                _at++;
                SkipSpace();
                if (_at < _text.Length && _text[_at] == open + 2)
                {
                    // Closed at once; both pairs of brackets lie two apart.
                }
                else if (open == '{' && !TryName(out _))
                    return false;
                else
                    continue;
            }
            else if (!(open == '"' ? TryText(out _) : TryScalar()))
                return false;
            if (!TryClose(ref objects, ref depth))
                return false;
            if (depth == 0)
                return true;
        }
    }

    /// <summary>After a value: closes what ends here, up to the comma before the next value.</summary>
    private bool TryClose(ref ulong objects, ref int depth)
    {
        while (depth > 0)
        {
            SkipSpace();
            var isObject = (objects & 1) != 0;
            if (Take((byte)','))
            {
                SkipSpace();
                return !isObject || TryName(out _);
            }
            if (!Take(isObject ? (byte)'}' : (byte)']'))
                return Wrong(_at >= _text.Length ? CutShort : "a comma or a closing bracket is missing");
            objects >>= 1;
            depth--;
        }
        return true;
    }

    private bool TryScalar()
    {
        if (_at >= _text.Length)
            return Wrong(CutShort);
        var rest = _text[_at..];
        if (rest.StartsWith("true"u8))
            return Literal(JsonKind.True, 4);
        if (rest.StartsWith("false"u8))
            return Literal(JsonKind.False, 5);
        if (rest.StartsWith("null"u8))
            return Literal(JsonKind.Null, 4);
        Kind = JsonKind.Number;
        return TryNumber();
    }

    private bool Literal(JsonKind kind, int length)
    {
        Kind = kind;
        _at += length;
        return true;
    }

    private bool TryNumber()
    {
        var start = _at;
        Take((byte)'-');
        var first = _at;
        if (!Digits() || (_text[first] == '0' && _at > first + 1))
            return Wrong(first == start ? "a value is expected" : "a number is malformed");
        if (Take((byte)'.') && !Digits())
            return Wrong("a number is malformed");
        if (!Take((byte)'e') && !Take((byte)'E'))
            return true;
        if (!Take((byte)'+'))
            Take((byte)'-');
        return Digits() || Wrong("a number is malformed");
    }

    private bool Digits()
    {
        var start = _at;
        while (_at < _text.Length && char.IsAsciiDigit((char)_text[_at]))
            _at++;
        return _at > start;
    }

    private bool Take(byte wanted)
    {
        if (_at >= _text.Length || _text[_at] != wanted)
            return false;
        _at++;
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            _at++;
    }

    private bool Wrong(string what)
    {
        Fault ??= what;
        return false;
    }
}
