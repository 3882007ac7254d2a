using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Splits a text into its pattern (the text with a mark for each number in it) and the numbers, so that both together give it back byte for byte. Reused from text
/// to text; not thread-safe.
/// </summary>
internal sealed class TextSplit
{
    // Control bytes: a text that has any is not split.
    /// <summary>A decimal number as it is written without zeros in front.</summary>
    public const byte Plain = 1;
    /// <summary>A decimal number of so many digits: the next byte of the pattern.</summary>
    public const byte Padded = 2;
    /// <summary>A word of so many hex digits: the next byte of the pattern.</summary>
    public const byte Hex = 3;

    public const int MaxNumbers = 32;
    public const int MaxDecimalDigits = 18;
    public const int MaxHexDigits = 16;

    // Shorter words of the letters a to f and digits are names: "v1a", "b2".
    private const int MinHexDigits = 4;
    private const int MaxPatternBytes = 1024;

    private readonly ByteWriter _pattern = new(256);
    private readonly long[] _numbers = new long[MaxNumbers];
    private int _count;
    private int _copied;

    public ReadOnlySpan<byte> Pattern => _pattern.Written;

    public ReadOnlySpan<long> Numbers => _numbers.AsSpan(0, _count);

    // Hot path: 0 B/op after warm-up (see JsonColumnsBenchmark, AllocationTests)
    public bool TrySplit(ReadOnlySpan<byte> text)
    {
        _pattern.Clear();
        (_count, _copied) = (0, 0);
        if (text.IndexOfAnyInRange((byte)0, (byte)31) >= 0)
            return false;
        var at = 0;
        while (text[at..].IndexOfAnyInRange((byte)'0', (byte)'9') is >= 0 and var next)
        {
            at += next;
            if (_count == MaxNumbers)
                return false;
            if (!TryHex(text, ref at))
                Decimal(text, ref at);
        }
        _pattern.PutBytes(text[_copied..]);
        return _pattern.Length <= MaxPatternBytes;
    }

    // The whole word around the digit, when it has letters and all of it are hex digits.
    private bool TryHex(ReadOnlySpan<byte> text, ref int at)
    {
        var (start, end) = (at, at + 1);
        while (start > _copied && IsHexDigit(text[start - 1]))
            start--;
        while (end < text.Length && IsHexDigit(text[end]))
            end++;
        if (end - start is < MinHexDigits or > MaxHexDigits || (start > 0 && IsWord(text[start - 1])) || (end < text.Length && IsWord(text[end])))
            return false;
        var word = text[start..end];
        if (word.IndexOfAnyInRange((byte)'a', (byte)'f') < 0)
            return false;
        var number = 0L;
        foreach (var digit in word)
            number = number << 4 | (long)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
        Put(text, start, end, Hex, number);
        at = end;
        return true;
    }

    private void Decimal(ReadOnlySpan<byte> text, ref int at)
    {
        var (start, number) = (at, 0L);
        for (; at < text.Length && IsDigit(text[at]); at++)
            number = number * 10 + (text[at] - '0');
        // A longer run is no number to count with: it stays in the pattern.
        if (at - start <= MaxDecimalDigits)
            Put(text, start, at, text[start] == '0' && at > start + 1 ? Padded : Plain, number);
    }

    private void Put(ReadOnlySpan<byte> text, int start, int end, byte mark, long number)
    {
        _pattern.PutBytes(text[_copied..start]);
        _pattern.PutByte(mark);
        if (mark != Plain)
            _pattern.PutByte((byte)(end - start));
        _numbers[_count++] = number;
        _copied = end;
    }

    private static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    private static bool IsHexDigit(byte b) => IsDigit(b) || (uint)(b - 'a') <= 5;

    private static bool IsWord(byte b) => char.IsAsciiLetterOrDigit((char)b) || b == '_';
}
