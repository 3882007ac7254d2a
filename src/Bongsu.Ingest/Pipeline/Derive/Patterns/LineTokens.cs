using Bongsu.Ingest.Decode;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>
/// Cuts a line into tokens: words, delimiters, and places that vary by their form. Those are words with a digit (numbers, ids, times, addresses),
/// a host before a port, groups of hex digits between colons; units, dates and bracketed repeats belong to the number beside them, and places that
/// follow each other are one, so that lists of any length are the same. Only the beginning of a line is looked at. Not thread-safe; reusable.
/// </summary>
internal sealed class LineTokens
{
    /// <summary>Longest beginning of a line that is looked at: what tells events apart stands there, and a pattern keeps no more of a line.</summary>
    public const int MaxBytes = 2048;

    public const int MaxTokens = 96;

    private const byte Word = 1, Digit = 2, Space = 4, Delimiter = 8;

    private static readonly byte[] s_classes = Classes();

    private readonly LineToken[] _tokens = new LineToken[MaxTokens + 1];
    private ulong _dates;
    private ulong _datesHigh;
    private int _bracket;
    private bool _keepGap;

    public int Count { get; private set; }

    /// <summary>Tokens that are no delimiters.</summary>
    public int Words { get; private set; }

    public ReadOnlySpan<LineToken> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>Reads one line, with <paramref name="hasMore"/> when it is the beginning of a longer text.</summary>
    public void Read(ReadOnlySpan<byte> line, bool hasMore)
    {
        // Hot path: 0 B/op (see DrainBenchmark, AllocationTests)
        Count = 0;
        _dates = _datesHigh = 0;
        _bracket = -1;
        if (line.Length > MaxBytes)
        {
            line = Text.Cut(line, MaxBytes);
            hasMore = true;
        }
        var at = 0;
        var gap = TokenGap.None;
        while (at < line.Length && Count < MaxTokens)
        {
            var kind = s_classes[line[at]];
            if (kind < Space)
                at = AddWord(line, at, gap);
            else if (kind == Delimiter)
                at = AddDelimiter(line, at, ref gap);
            else
            {
                at = SkipSpace(line, at, out gap);
                continue;
            }
            if (kind != Delimiter || !_keepGap)
                gap = TokenGap.None;
            _keepGap = false;
        }
        // Text that is not looked at, white space at the end included, is a place that varies.
        if (hasMore || at < line.Length || gap != TokenGap.None)
            AddWildcard(TokenGap.None);
        CountWords();
    }

    internal static bool IsWordByte(byte value) => s_classes[value] < Space;

    internal static bool IsDelimiterByte(byte value) => s_classes[value] == Delimiter;

    internal static ulong KeyOf(ReadOnlySpan<byte> word)
    {
        var hash = LabelHash.Of(word);
        return hash > byte.MaxValue ? hash : hash + byte.MaxValue + 1;
    }

    private static int SkipSpace(ReadOnlySpan<byte> line, int at, out TokenGap gap)
    {
        var start = at;
        while (at < line.Length && s_classes[line[at]] == Space)
            at++;
        gap = at - start == 1 && line[start] == ' ' ? TokenGap.Space : TokenGap.Other;
        return at;
    }

    private int AddWord(ReadOnlySpan<byte> line, int start, TokenGap gap)
    {
        var end = start;
        byte classes = 0;
        while (end < line.Length && s_classes[line[end]] is < Space and var kind)
        {
            classes |= kind;
            end++;
        }
        var word = line[start..end];
        if ((classes & Digit) != 0 || IsHostOfPort(line, word, end) || IsHexGroup(line, word, end, gap))
        {
            AddWildcard(gap);
            return end;
        }
        var isDate = false;
        if (KnownWords.MayBeKnown(word))
        {
            isDate = KnownWords.IsDate(word);
            if (Count > 0 && _tokens[Count - 1].IsWildcard && (isDate || KnownWords.IsUnit(word)))
                return end;
        }
        MarkDate(Count, isDate);
        _tokens[Count++] = new LineToken(KeyOf(word), start, word.Length, gap);
        return end;
    }

    private int AddDelimiter(ReadOnlySpan<byte> line, int at, ref TokenGap gap)
    {
        var delimiter = line[at];
        if (delimiter is (byte)'<' or (byte)'>')
        {
            if (line[at..].StartsWith("<_>"u8))
            {
                AddWildcard(gap);
                return at + 3;
            }
            // "<1 sec" is a number as "1 sec" is.
            if (at + 1 < line.Length && s_classes[line[at + 1]] == Digit)
            {
                _keepGap = true;
                return at + 1;
            }
        }
        if (delimiter == ')' && _bracket >= 0 && IsAllWildcards(_bracket + 1))
        {
            Count = _bracket;
            _bracket = -1;
            return at + 1;
        }
        if (delimiter is (byte)'(' or (byte)')')
            _bracket = delimiter == '(' && Count > 0 && _tokens[Count - 1].IsWildcard ? Count : -1;
        MarkDate(Count, false);
        _tokens[Count++] = new LineToken(delimiter, at, 1, gap);
        return at + 1;
    }

    private void AddWildcard(TokenGap gap)
    {
        var count = Count;
        while (count > 0 && IsDate(count - 1))
            gap = _tokens[--count].Gap;
        if (count > 0 && _tokens[count - 1].IsWildcard)
        {
            Count = count;
            return;
        }
        var before = count;
        while (before > 1 && _tokens[before - 1].Key is ':' or ',')
            before--;
        if (before < count && _tokens[before - 1].IsWildcard)
        {
            Count = before;
            return;
        }
        MarkDate(count, false);
        _tokens[count] = LineToken.Wildcard(gap);
        Count = count + 1;
    }

    // "db-1.local:5432" has its digit, "proxy.example.org:443" is told by the port behind it.
    private static bool IsHostOfPort(ReadOnlySpan<byte> line, ReadOnlySpan<byte> word, int end) =>
        end + 1 < line.Length && line[end] == ':' && s_classes[line[end + 1]] == Digit && word.Contains((byte)'.');

    // Parts of MAC and IPv6 addresses that happen to have no digit.
    private bool IsHexGroup(ReadOnlySpan<byte> line, ReadOnlySpan<byte> word, int end, TokenGap gap)
    {
        if (word.Length is not (2 or 4))
            return false;
        var isJoined = end + 1 < line.Length && line[end] == ':' && char.IsAsciiHexDigit((char)line[end + 1]);
        isJoined |= gap == TokenGap.None && Count > 1 && _tokens[Count - 1].Key == ':' && _tokens[Count - 2].IsWildcard;
        if (!isJoined)
            return false;
        foreach (var b in word)
        {
            if (!char.IsAsciiHexDigit((char)b))
                return false;
        }
        return true;
    }

    private bool IsAllWildcards(int from)
    {
        for (var i = from; i < Count; i++)
        {
            if (!_tokens[i].IsWildcard)
                return false;
        }
        return true;
    }

    private bool IsDate(int token) => ((token < 64 ? _dates : _datesHigh) >> token & 1) != 0;

    private void MarkDate(int token, bool isDate)
    {
        ref var bits = ref token < 64 ? ref _dates : ref _datesHigh;
        if (isDate)
            bits |= 1UL << token;
        else
            bits &= ~(1UL << token);
    }

    private void CountWords()
    {
        var words = 0;
        foreach (ref readonly var token in Tokens)
            words += token.IsDelimiter ? 0 : 1;
        Words = words;
    }

    private static byte[] Classes()
    {
        var classes = new byte[256];
        Array.Fill(classes, Word);
        for (var b = 0; b <= ' '; b++)
            classes[b] = Space;
        classes[0x7F] = Space;
        for (var b = '0'; b <= '9'; b++)
            classes[b] = Digit;
        foreach (var b in "=,:;()[]{}<>|\"'")
            classes[b] = Delimiter;
        return classes;
    }
}
