namespace Bongsu.Ingest.Decode.Syslog;

/// <summary>Walks the structured data of RFC 5424: <c>[id name="value" …][…]</c>, with backslashes before quote, backslash and bracket.</summary>
internal ref struct SyslogData(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _at;

    public ReadOnlySpan<byte> Id { get; private set; }
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>With its backslashes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The length of the structured data that a text begins with; 0 when it begins with none that is well formed.</summary>
    public static int Length(ReadOnlySpan<byte> text)
    {
        var walk = new SyslogData(text);
        var end = 0;
        while (walk._at < text.Length && text[walk._at] == '[')
        {
            if (!walk.TryElement())
                return end;
            while (walk.TryParameter()) { }
            if (!walk.Take((byte)']'))
                return end;
            end = walk._at;
        }
        return end;
    }

    /// <summary>The next parameter of data that is well formed.</summary>
    public bool Read()
    {
        while (_at < _data.Length)
        {
            if (_data[_at] == '[' && !TryElement())
                return false;
            if (TryParameter())
                return true;
            if (!Take((byte)']'))
                return false;
        }
        return false;
    }

    private bool TryElement()
    {
        _at++;
        Id = Word();
        return !Id.IsEmpty;
    }

    private bool TryParameter()
    {
        var start = _at;
        while (Take((byte)' ')) { }
        Name = Word();
        if (Name.IsEmpty || !Take((byte)'=') || !Take((byte)'"'))
        {
            _at = start;
            return false;
        }
        var from = _at;
        while (_at < _data.Length && _data[_at] != '"')
            _at += _data[_at] == '\\' ? 2 : 1;
        if (_at >= _data.Length)
        {
            _at = start;
            return false;
        }
        Value = _data[from.._at++];
        return true;
    }

    private ReadOnlySpan<byte> Word()
    {
        var start = _at;
        while (_at < _data.Length && _data[_at] is > (byte)' ' and not ((byte)'=' or (byte)']' or (byte)'"'))
            _at++;
        return _data[start.._at];
    }

    private bool Take(byte wanted)
    {
        if (_at >= _data.Length || _data[_at] != wanted)
            return false;
        _at++;
        return true;
    }
}
