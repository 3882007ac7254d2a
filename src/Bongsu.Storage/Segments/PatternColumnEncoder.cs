using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Writes texts of few patterns as patterns and numbers; see <see cref="PatternColumn"/>. Reusable; not thread-safe.</summary>
internal sealed class PatternColumnEncoder
{
    // Of fewer texts the numbers have too little in common to be packed.
    private const int MinTexts = 512;
    private const int MaxPatterns = 512;
    private const int PerPattern = 16;

    private readonly TextSplit _split = new();
    private readonly ByteDictionary _patterns = new();
    private readonly List<LongList[]> _numbers = [];
    // By pattern how many texts are of it.
    private readonly List<int> _texts = [];
    private readonly Stack<LongList> _free = new();
    private readonly LongList _codes = new();
    private readonly LongList _lengths = new();
    private readonly TextList _plain = new();
    private readonly ByteWriter _scratch = new();
    private readonly ByteWriter _packed = new();

    /// <summary>Appends a column, or nothing and false where patterns would be nearly as many as texts.</summary>
    public bool TryPut(ByteWriter into, TextList values)
    {
        if (values.Count < MinTexts)
            return false;
        Clear();
        for (var i = 0; i < values.Count; i++)
        {
            _codes.Add(Add(values[i]));
            if (i == MinTexts && !IsWorth(i))
                return false;
        }
        if (!IsWorth(values.Count))
            return false;
        _scratch.Clear();
        _patterns.Put(_scratch);
        _scratch.PutVarint((ulong)_plain.Count);
        foreach (var texts in _texts)
            _scratch.PutVarint((ulong)texts);
        Section.Put(into, _scratch.Written, compress: _scratch.Length > FieldColumnEncoder.MaxPlain);
        LongColumn.Put(into, _codes.Span);
        if (_plain.Count > 0)
            PutTexts(into, _plain);
        PutNumbers(into);
        return true;
    }

    /// <summary>Adds the words of the values that <see cref="TryPut"/> took last, and returns the length of the longest: words without a digit stand in the patterns.</summary>
    public int AddWords(TextList values, WordFilter words)
    {
        var longest = 0;
        for (var i = 0; i < _patterns.Count; i++)
            longest = Math.Max(longest, words.AddWords(_patterns[i]));
        for (var i = 0; i < values.Count; i++)
            longest = Math.Max(longest, _codes.Span[i] == 0 ? words.AddWords(values[i]) : words.AddWordsWithDigits(values[i]));
        return longest;
    }

    /// <summary>Appends texts as they are.</summary>
    public void PutTexts(ByteWriter into, TextList values)
    {
        _lengths.Clear();
        for (var i = 0; i < values.Count; i++)
            _lengths.Add(values[i].Length);
        LongColumn.Put(into, _lengths.Span);
        Section.Put(into, values.All, compress: true);
    }

    private bool IsWorth(int texts) => _patterns.Count <= texts / PerPattern && _plain.Count <= texts / 2;

    private long Add(ReadOnlySpan<byte> text)
    {
        if (!_split.TrySplit(text) || !TryPattern(out var pattern))
        {
            _plain.Add(text);
            return 0;
        }
        _texts[pattern]++;
        var lists = _numbers[pattern];
        for (var i = 0; i < lists.Length; i++)
            lists[i].Add(_split.Numbers[i]);
        return pattern + 1;
    }

    private bool TryPattern(out int pattern)
    {
        if (_patterns.Count >= MaxPatterns)
            return _patterns.TryFind(_split.Pattern, out pattern);
        if (!_patterns.TryAdd(_split.Pattern, out pattern))
            return true;
        var lists = new LongList[_split.Numbers.Length];
        for (var i = 0; i < lists.Length; i++)
            lists[i] = _free.TryPop(out var list) ? list : new LongList();
        _numbers.Add(lists);
        _texts.Add(0);
        return true;
    }

    private void PutNumbers(ByteWriter into)
    {
        _packed.Clear();
        foreach (var lists in _numbers)
        {
            foreach (var list in lists)
            {
                _scratch.Clear();
                LongColumn.Put(_scratch, list.Span);
                _packed.PutText(_scratch.Written);
            }
        }
        into.PutText(_packed.Written);
    }

    private void Clear()
    {
        _patterns.Clear();
        foreach (var lists in _numbers)
        {
            foreach (var list in lists)
            {
                list.Clear();
                _free.Push(list);
            }
        }
        _numbers.Clear();
        _texts.Clear();
        _codes.Clear();
        _plain.Clear();
    }
}
