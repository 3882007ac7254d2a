using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Writes the texts of one field in the first form that holds all of them: few different ones by number, numbers, times, hex ids, texts of few patterns, else texts. Every form
/// gives back the very bytes. Not thread-safe.
/// </summary>
internal sealed class FieldColumnEncoder
{
    /// <summary>Lists of texts up to here are not compressed: to begin a decoder takes longer than to read them.</summary>
    public const int MaxPlain = 2 << 10;

    // A code is a byte.
    private const int MaxEntries = 256;

    private readonly ByteDictionary _entries = new();
    private readonly RecentIds _ids = new();
    private readonly PatternColumnEncoder _patterns = new();
    private readonly ByteWriter _codes = new();
    private readonly ByteWriter _scratch = new();
    private long[] _numbers = [];
    private int _longestNumber;

    /// <summary>Of the values that <see cref="Put"/> took last; see <see cref="FieldForm"/>.</summary>
    public byte Form { get; private set; }

    public void Put(ByteWriter into, TextList values)
    {
        if (_numbers.Length < values.Count)
            _numbers = new long[values.Count];
        if (TryPutDictionary(into, values) || TryPutNumbers(into, values) || TryPutTimes(into, values) || TryPutHex(into, values) || TryPutPatterns(into, values))
            return;
        into.PutByte(Form = FieldForm.Text);
        _patterns.PutTexts(into, values);
    }

    /// <summary>Adds the words of the values that <see cref="Put"/> took last, and returns the length of the longest.</summary>
    public int AddWords(TextList values, WordFilter words)
    {
        var longest = 0;
        switch (Form)
        {
            case FieldForm.Dictionary:
                for (var i = 0; i < _entries.Count; i++)
                    longest = Math.Max(longest, words.AddWords(_entries[i]));
                break;
            case FieldForm.Time:
                longest = TimeText.MaxDecimals + 1;
                words.AddNumbers(longest);
                break;
            case FieldForm.Number when !IsOneWord(values[0]):
                longest = Math.Max(_longestNumber, words.AddWords(NumberPrefix(values[0])));
                words.AddNumbers(_longestNumber);
                break;
            case FieldForm.Pattern:
                longest = _patterns.AddWords(values, words);
                break;
            default:
                for (var i = 0; i < values.Count; i++)
                {
                    if (Form != FieldForm.Hex || _codes.Written[i] == 0)
                        longest = Math.Max(longest, words.AddWords(values[i]));
                }
                break;
        }
        return longest;
    }

    private bool TryPutDictionary(ByteWriter into, TextList values)
    {
        _entries.Clear();
        _codes.Clear();
        // Values that hardly repeat are better off as what they are.
        var most = Math.Clamp(values.Count / 4, 1, MaxEntries);
        for (var i = 0; i < values.Count; i++)
        {
            var code = i > 0 && values[i].SequenceEqual(values[i - 1]) ? _codes.Written[^1] : _entries.Add(values[i]);
            if (_entries.Count > most)
                return false;
            _codes.PutByte((byte)code);
        }
        into.PutByte(Form = FieldForm.Dictionary);
        _scratch.Clear();
        _entries.Put(_scratch);
        Section.Put(into, _scratch.Written, compress: _scratch.Length > MaxPlain);
        if (_entries.Count > 1)
            PutCodes(into);
        return true;
    }

    // Packed codes are read sooner, so Brotli has to be worth it.
    private void PutCodes(ByteWriter into)
    {
        var codes = _codes.Written;
        var numbers = _numbers.AsSpan(0, codes.Length);
        for (var i = 0; i < codes.Length; i++)
            numbers[i] = codes[i];
        _scratch.Clear();
        LongColumn.Put(_scratch, numbers);
        var start = into.Length;
        into.PutByte(FieldForm.PackedCodes);
        into.PutText(_scratch.Written);
        var packed = into.Length - start;
        var second = into.Length;
        into.PutByte(FieldForm.ByteCodes);
        Section.Put(into, codes, compress: true);
        if (into.Length - second < packed / 2)
            into.Remove(start, packed);
        else
            into.Truncate(second);
    }

    private bool TryPutNumbers(ByteWriter into, TextList values)
    {
        var prefix = NumberPrefix(values[0]);
        var (most, fixedDecimals, isFixed) = (0, -1, true);
        for (var i = 0; i < values.Count; i++)
        {
            if (!values[i].StartsWith(prefix) || !NumberText.TryParse(values[i][prefix.Length..], out _, out var decimals))
                return false;
            most = Math.Max(most, decimals);
            isFixed &= fixedDecimals < 0 || fixedDecimals == decimals;
            fixedDecimals = decimals;
        }
        Span<byte> text = stackalloc byte[NumberText.MaxSize];
        var longest = 0;
        for (var i = 0; i < values.Count; i++)
        {
            var value = values[i][prefix.Length..];
            longest = Math.Max(longest, value.Length);
            NumberText.TryParse(value, out var digits, out var decimals);
            var scaled = (Int128)digits * NumberText.PowerOfTen(most - decimals);
            if (scaled > long.MaxValue || scaled < -long.MaxValue)
                return false;
            _numbers[i] = (long)scaled;
            if (!value.SequenceEqual(text[..NumberText.Write(_numbers[i], most, !isFixed, text)]))
                return false;
        }
        _longestNumber = longest;
        into.PutByte(Form = FieldForm.Number);
        into.PutText(prefix);
        into.PutByte((byte)most);
        into.PutByte((byte)(isFixed ? 0 : 1));
        LongColumn.Put(into, _numbers.AsSpan(0, values.Count));
        return true;
    }

    private bool TryPutTimes(ByteWriter into, TextList values)
    {
        if (!TimeText.TryParse(values[0], out _, out var decimals))
            return false;
        for (var i = 0; i < values.Count; i++)
        {
            if (!TimeText.TryParse(values[i], out _numbers[i], out var own) || own != decimals)
                return false;
        }
        into.PutByte(Form = FieldForm.Time);
        into.PutByte((byte)decimals);
        LongColumn.Put(into, _numbers.AsSpan(0, values.Count));
        return true;
    }

    // Ids are random: nothing makes them smaller but saying "the same as the one so many ids before".
    private bool TryPutHex(ByteWriter into, TextList values)
    {
        var digits = HexDigits(values[0]);
        var prefix = values[0][..^digits];
        if (digits is < 2 or > 32)
            return false;
        _codes.Clear();
        _scratch.Clear();
        _ids.Clear();
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].Length != prefix.Length + digits || !values[i].StartsWith(prefix) || !HexText.TryParse(values[i][prefix.Length..], out var id))
                return false;
            var back = _ids.Back(id, _scratch.Length / (digits / 2));
            _codes.PutByte(back);
            _numbers[i] = back;
            if (back > 0)
                continue;
            HexText.PutBytes(_scratch, id, digits / 2);
        }
        into.PutByte(Form = FieldForm.Hex);
        into.PutText(prefix);
        into.PutByte((byte)digits);
        LongColumn.Put(into, _numbers.AsSpan(0, values.Count));
        into.PutText(_scratch.Written);
        return true;
    }

    private bool TryPutPatterns(ByteWriter into, TextList values)
    {
        var start = into.Length;
        into.PutByte(Form = FieldForm.Pattern);
        if (_patterns.TryPut(into, values))
            return true;
        into.Truncate(start);
        return false;
    }

    // What stands before the first digit: "u" of u4242, "SKU-" of SKU-17.
    private static ReadOnlySpan<byte> NumberPrefix(ReadOnlySpan<byte> text)
    {
        var digit = text.IndexOfAnyInRange((byte)'0', (byte)'9');
        return digit <= 0 ? default : text[..(text[digit - 1] == '-' && digit == 1 ? 0 : digit)];
    }

    // "u4242" is one word, "SKU-17" and "17" have the number for themselves.
    private static bool IsOneWord(ReadOnlySpan<byte> text)
    {
        var prefix = NumberPrefix(text);
        return prefix.Length > 0 && (char.IsAsciiLetterOrDigit((char)prefix[^1]) || prefix[^1] == '_');
    }

    private static int HexDigits(ReadOnlySpan<byte> text)
    {
        var digits = 0;
        while (digits < text.Length && text[^(digits + 1)] is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f'))
            digits++;
        return Math.Min(32, digits) & ~1;
    }
}
