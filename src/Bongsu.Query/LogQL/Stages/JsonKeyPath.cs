using System.Text;
using System.Text.Json;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>Where in a JSON object a reader stands: the keys as they are, and as the name of the label that they make. Not thread-safe.</summary>
internal sealed class JsonKeyPath
{
    // Names come from outside and may be without number: no more than these are remembered.
    private const int MaxNames = 1_000;

    // A name is made of all keys on its way, so a long key over many makes a long name of each: texts made of one line come to no more than some times its
    // length and this.
    private const int MinCharsPerLine = 4 * 1024 * 1024;
    private const int MaxKnownLength = 256;

    private readonly List<(int Raw, int Name)> _parents = [];
    private readonly HashSet<string> _names = [];
    private char[] _raw = new char[64];
    private char[] _name = new char[64];
    private (int Raw, int Name) _prefix;
    private (int Raw, int Name) _end;
    private long _charsLeft;

    /// <summary>Begins with the object of another line.</summary>
    public void Clear(int lineBytes)
    {
        _charsLeft = MinCharsPerLine + 4L * lineBytes;
        _parents.Clear();
        _prefix = _end = default;
    }

    /// <summary>Whether it stands in no object inside of the outermost.</summary>
    public bool IsOutermost => _parents.Count == 0;

    /// <summary>Takes the reader's property name in place of the last one at this depth.</summary>
    public void Name(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            Name(reader.ValueSpan);
            return;
        }
        var start = Begin(reader.ValueSpan.Length);
        End(start, reader.CopyString(_raw.AsSpan(start)));
    }

    /// <summary>As above, for a name in which nothing is escaped.</summary>
    public void Name(ReadOnlySpan<byte> name)
    {
        var start = Begin(name.Length);
        End(start, Encoding.UTF8.GetChars(name, _raw.AsSpan(start)));
    }

    private int Begin(int size)
    {
        _end = _prefix;
        Reserve(size + 2);
        if (_end.Raw > 0)
            _raw[_end.Raw++] = '_';
        return _end.Raw;
    }

    private void End(int start, int length)
    {
        _end.Raw += length;
        AppendName(_raw.AsSpan(start, length).Trim());
    }

    public void Push()
    {
        _parents.Add(_prefix);
        _prefix = _end;
    }

    /// <summary>False at the outermost object.</summary>
    public bool TryPop()
    {
        if (_parents.Count == 0)
            return false;
        _end = _prefix = _parents[^1];
        _parents.RemoveAt(_parents.Count - 1);
        return true;
    }

    /// <summary>Whether a set has the label, under its name or as the one that a label of the stream pushed aside.</summary>
    public bool IsIn(HashSet<string> wanted)
    {
        var name = _name.AsSpan(0, _end.Name);
        foreach (var one in wanted)
        {
            if (one.AsSpan().StartsWith(name) && (one.Length == name.Length || one.AsSpan(name.Length).SequenceEqual(LineState.DuplicateSuffix)))
                return true;
        }
        return false;
    }

    /// <exception cref="JsonException">The names of the line are too long.</exception>
    public (string Key, string Name) Names()
    {
        _charsLeft -= _end.Raw + _end.Name;
        if (_charsLeft < 0)
            throw new JsonException("names of nested keys are too long: those of one line come to more than 4 Mi characters and four times its length; shorten the outer keys");
        var name = Known(_name.AsSpan(0, _end.Name));
        return (_raw.AsSpan(0, _end.Raw).SequenceEqual(name) ? name : Known(_raw.AsSpan(0, _end.Raw)), name);
    }

    // Fast path: a name seen before makes no string.
    private string Known(ReadOnlySpan<char> name)
    {
        if (_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var known))
            return known;
        var made = new string(name);
        if (_names.Count < MaxNames && made.Length <= MaxKnownLength)
            _names.Add(made);
        return made;
    }

    // Blanks around are cut, a digit in front gets an underscore before it, and anything but letters, digits and underscores becomes one.
    private void AppendName(ReadOnlySpan<char> key)
    {
        if (key.IsEmpty)
            return;
        if (_end.Name > 0 || char.IsAsciiDigit(key[0]))
            _name[_end.Name++] = '_';
        foreach (var c in key)
        {
            if (!char.IsLowSurrogate(c))
                _name[_end.Name++] = char.IsAsciiLetterOrDigit(c) ? c : '_';
        }
    }

    private void Reserve(int more)
    {
        var needed = Math.Max(_end.Raw, _end.Name) + more;
        if (needed <= _raw.Length)
            return;
        Array.Resize(ref _raw, Math.Max(needed, _raw.Length * 2));
        Array.Resize(ref _name, _raw.Length);
    }
}
