using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Texts of few patterns: a pattern for each text, and its numbers, which are read when first asked for.</summary>
internal sealed class PatternColumn : FieldColumn
{
    // So many are counted one by one sooner than all at once.
    private const int FewTexts = 16;

    // Of each text its pattern, from 1 on, or 0 for one that stands as it is.
    private readonly PackedLongs _codes;
    private readonly TextPattern[] _patterns;
    private readonly TextColumn? _plain;
    private readonly ArraySegment<byte> _packed;
    // By pattern where its first number column stands; the columns follow each other.
    private readonly int[] _at;
    private readonly PackedLongs?[]?[] _numbers;
    private readonly BlockBuffers _buffers;
    // How many texts stand as they are, and how many are of each pattern.
    private readonly int[] _texts;
    // Of each text which of the texts of its pattern it is; worked out when more than a few texts are asked for.
    private int[]? _ranks;
    private int _asked;

    private PatternColumn(int count, PackedLongs codes, TextPattern[] patterns, TextColumn? plain, ArraySegment<byte> packed, int[] at, int[] texts, BlockBuffers buffers) : base(count)
    {
        (_codes, _patterns, _plain, _packed, _at, _texts, _buffers) = (codes, patterns, plain, packed, at, texts, buffers);
        _numbers = new PackedLongs?[patterns.Length][];
    }

    public override void Append(int index, ByteWriter into)
    {
        var (code, rank) = (_codes[index], Rank(index));
        // A damaged one is told by its checksum.
        if ((ulong)code >= (ulong)_texts.Length || rank >= _texts[code])
            return;
        var number = (int)code - 1;
        if (number < 0)
        {
            _plain!.Append(rank, into);
            return;
        }
        var pattern = _patterns[number];
        var numbers = _numbers[number] ??= ReadNumbers(number);
        for (var i = 0; i < pattern.Numbers; i++)
        {
            into.PutBytes(pattern.Piece(i));
            pattern.AppendNumber(i, numbers[i]?[rank] ?? 0, into);
        }
        into.PutBytes(pattern.Piece(pattern.Numbers));
    }

    // Hot path: a needle is looked for in the patterns; texts are put together only where their numbers may be a part of it.
    public override void MarkContaining(ReadOnlySpan<byte> needle, ColumnRows rows, RowSet passed)
    {
        Span<byte> byPattern = _patterns.Length <= 512 ? stackalloc byte[_patterns.Length + 1] : new byte[_patterns.Length + 1];
        byPattern[0] = _plain is null ? No : Maybe;
        for (var i = 0; i < _patterns.Length; i++)
            byPattern[i + 1] = _patterns[i].AlwaysContains(needle) ? Yes : _patterns[i].MayContain(needle) ? Maybe : No;
        rows.Collect(new NeedleTest(this, byPattern, needle, new ByteWriter(256)), passed);
    }

    public static PatternColumn? Read(ArraySegment<byte> bytes, int count, bool isCounted, BlockBuffers buffers)
    {
        var reader = new ByteReader(bytes);
        if (!Section.TryRead(ref reader, buffers.Bytes, out var directory, out var length) || ReadPatterns(directory.AsSpan(0, length), isCounted, count, out var texts) is not { } patterns
            || PackedLongs.Open(bytes, ref reader, count, buffers) is not { } codes || (texts ?? CountTexts(codes, patterns.Length)) is not { } counts)
            return null;
        TextColumn? plain = null;
        if (counts[0] > 0 && (plain = TextColumn.Read(bytes, ref reader, counts[0], buffers)) is null)
            return null;
        var stored = reader.ReadText().Length;
        if (reader.Failed)
            return null;
        var packed = bytes.Slice(reader.Position - stored, stored);
        return FindColumns(packed, patterns) is { } at ? new PatternColumn(count, codes, patterns, plain, packed, at, counts, buffers) : null;
    }

    // How many texts there are of each pattern; null when one has none of them.
    private static int[]? CountTexts(PackedLongs codes, int patterns)
    {
        var texts = new int[patterns + 1];
        if (codes.IsConstant(out var only))
        {
            if ((ulong)only > (ulong)patterns)
                return null;
            texts[only] = codes.Count;
            return texts;
        }
        foreach (var code in codes.All())
        {
            if ((ulong)code > (ulong)patterns)
                return null;
            texts[code]++;
        }
        return texts;
    }

    private int Rank(int index)
    {
        if (_ranks is null && _codes.IsConstant(out _))
            return index;
        if (_ranks is null && ++_asked <= FewTexts)
            return _codes.All()[..index].Count(_codes[index]);
        return (_ranks ??= FindRanks())[index];
    }

    private int[] FindRanks()
    {
        var ranks = _buffers.Ints(Count);
        var next = new int[_texts.Length];
        for (var i = 0; i < Count; i++)
            ranks[i] = (ulong)_codes[i] < (ulong)next.Length ? next[_codes[i]]++ : 0;
        return ranks;
    }

    private static TextPattern[]? ReadPatterns(ReadOnlySpan<byte> directory, bool isCounted, int count, out int[]? texts)
    {
        texts = null;
        var list = new ByteReader(directory);
        var patterns = new TextPattern[list.ReadCount()];
        for (var i = 0; i < patterns.Length; i++)
        {
            if (TextPattern.Read(list.ReadText()) is not { } pattern)
                return null;
            patterns[i] = pattern;
        }
        if (isCounted)
        {
            texts = new int[patterns.Length + 1];
            for (var i = 0; i < texts.Length; i++)
                texts[i] = list.ReadInt(count);
        }
        return list.Failed || patterns.Length >= short.MaxValue ? null : patterns;
    }

    // All of them are looked at once, so that what is wrong with them is known before a text is asked for.
    private static int[]? FindColumns(ReadOnlySpan<byte> packed, TextPattern[] patterns)
    {
        var reader = new ByteReader(packed);
        var at = new int[patterns.Length];
        for (var i = 0; i < patterns.Length; i++)
        {
            at[i] = reader.Position;
            for (var number = 0; number < patterns[i].Numbers; number++)
                reader.ReadText();
        }
        return reader.Failed || reader.Remaining > 0 ? null : at;
    }

    private PackedLongs?[] ReadNumbers(int pattern)
    {
        var numbers = new PackedLongs?[_patterns[pattern].Numbers];
        var at = _at[pattern];
        for (var i = 0; i < numbers.Length; i++)
        {
            var head = new ByteReader(_packed.AsSpan(at));
            var length = head.ReadInt();
            at += head.Position;
            // A damaged one is told by its checksum.
            numbers[i] = PackedLongs.Open(_packed.Slice(at, length), _texts[pattern + 1], _buffers);
            at += length;
        }
        return numbers;
    }

    private const byte No = 0, Maybe = 1, Yes = 2;

    private readonly ref struct NeedleTest(PatternColumn column, ReadOnlySpan<byte> byPattern, ReadOnlySpan<byte> needle, ByteWriter text) : IValueTest
    {
        private readonly ReadOnlySpan<byte> _byPattern = byPattern;
        private readonly ReadOnlySpan<byte> _needle = needle;

        public bool Passes(int index)
        {
            var code = column._codes[index];
            var may = (ulong)code < (ulong)_byPattern.Length ? _byPattern[(int)code] : No;
            if (may != Maybe)
                return may == Yes;
            text.Clear();
            column.Append(index, text);
            return text.Written.IndexOf(_needle) >= 0;
        }
    }
}
