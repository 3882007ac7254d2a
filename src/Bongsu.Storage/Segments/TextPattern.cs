using System.Buffers.Text;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>A pattern of texts as <see cref="TextSplit"/> writes it: literal pieces and the numbers between them. Immutable.</summary>
internal sealed class TextPattern
{
    private readonly byte[] _bytes;
    private readonly (int Start, int End)[] _pieces;
    private readonly (byte Mark, byte Digits)[] _numbers;

    private TextPattern(byte[] bytes, (int, int)[] pieces, (byte, byte)[] numbers) => (_bytes, _pieces, _numbers) = (bytes, pieces, numbers);

    /// <summary>How many numbers a text of this pattern has.</summary>
    public int Numbers => _numbers.Length;

    /// <summary>The literal bytes before a number, or, for the count of numbers, behind the last.</summary>
    public ReadOnlySpan<byte> Piece(int index) => _bytes.AsSpan(_pieces[index].Start, _pieces[index].End - _pieces[index].Start);

    /// <summary>Null when the bytes are no pattern.</summary>
    public static TextPattern? Read(ReadOnlySpan<byte> bytes)
    {
        var pieces = new List<(int, int)>();
        var numbers = new List<(byte, byte)>();
        var start = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] >= ' ')
                continue;
            var mark = bytes[at];
            pieces.Add((start, at));
            at += mark == TextSplit.Plain ? 0 : 1;
            var digits = mark == TextSplit.Plain || at >= bytes.Length ? (byte)0 : bytes[at];
            var isKnown = mark switch
            {
                TextSplit.Plain => true,
                TextSplit.Padded => digits is > 0 and <= TextSplit.MaxDecimalDigits,
                TextSplit.Hex => digits is > 0 and <= TextSplit.MaxHexDigits,
                _ => false,
            };
            if (!isKnown || numbers.Count == TextSplit.MaxNumbers)
                return null;
            numbers.Add((mark, digits));
            start = at + 1;
        }
        pieces.Add((start, bytes.Length));
        return new TextPattern(bytes.ToArray(), [.. pieces], [.. numbers]);
    }

    /// <summary>Appends the text of a number at a place of this pattern.</summary>
    public void AppendNumber(int index, long number, ByteWriter into)
    {
        var (mark, digits) = _numbers[index];
        if (mark == TextSplit.Plain)
        {
            var room = into.Take(NumberText.MaxSize);
            Utf8Formatter.TryFormat(number, room, out var length);
            into.Truncate(into.Length - NumberText.MaxSize + length);
            return;
        }
        var text = into.Take(digits);
        var rest = (ulong)number;
        var system = mark == TextSplit.Hex ? 16UL : 10UL;
        for (var i = digits - 1; i >= 0; i--, rest /= system)
            text[i] = "0123456789abcdef"u8[(int)(rest % system)];
    }

    /// <summary>Whether all texts of this pattern contain a needle, whatever their numbers.</summary>
    public bool AlwaysContains(ReadOnlySpan<byte> needle)
    {
        for (var i = 0; i < _pieces.Length; i++)
        {
            if (Piece(i).IndexOf(needle) >= 0)
                return true;
        }
        return false;
    }

    /// <summary>Whether a text of this pattern may contain a needle: what of it no number can have must be in the pattern.</summary>
    public bool MayContain(ReadOnlySpan<byte> needle)
    {
        var hasHex = false;
        foreach (var (mark, _) in _numbers)
            hasHex |= mark == TextSplit.Hex;
        for (var at = 0; at < needle.Length;)
        {
            var end = at;
            while (end < needle.Length && !IsNumeral(needle[end], hasHex))
                end++;
            if (end > at && !AlwaysContains(needle[at..end]))
                return false;
            at = Math.Max(end, at + 1);
        }
        return _numbers.Length > 0;
    }

    private static bool IsNumeral(byte b, bool isHex) => (uint)(b - '0') <= 9 || (isHex && (uint)(b - 'a') <= 5);
}
