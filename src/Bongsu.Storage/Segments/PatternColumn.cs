using System.Buffers;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Texts of few patterns: a pattern for each text, and its numbers, which are read when first asked for.</summary>
internal sealed class PatternColumn : FieldColumn
{
    // Of each text its pattern, from 1 on, or 0 for one that stands as it is, and which of the texts of that pattern it is.
    private readonly short[] _codes;
    private readonly int[] _ranks;
    private readonly TextPattern[] _patterns;
    private readonly int[] _rows;
    private readonly TextColumn? _plain;
    private readonly byte[] _packed;
    // By pattern where its first number column stands; the columns follow each other.
    private readonly int[] _at;
    private readonly long[]?[][] _numbers;

    private PatternColumn(short[] codes, int[] ranks, TextPattern[] patterns, int[] rows, TextColumn? plain, byte[] packed, int[] at) : base(codes.Length)
    {
        (_codes, _ranks, _patterns, _rows, _plain, _packed, _at) = (codes, ranks, patterns, rows, plain, packed, at);
        _numbers = new long[]?[patterns.Length][];
    }

    public override void Append(int index, ByteWriter into)
    {
        var number = _codes[index] - 1;
        if (number < 0)
        {
            _plain!.Append(_ranks[index], into);
            return;
        }
        var pattern = _patterns[number];
        var numbers = _numbers[number] ??= ReadNumbers(number);
        for (var i = 0; i < pattern.Numbers; i++)
        {
            into.PutBytes(pattern.Piece(i));
            pattern.AppendNumber(i, numbers[i]![_ranks[index]], into);
        }
        into.PutBytes(pattern.Piece(pattern.Numbers));
    }

    // Hot path: a needle is looked for in the patterns; texts are put together only where their numbers may be a part of it.
    public override void MarkContaining(ReadOnlySpan<byte> needle, Span<bool> passed)
    {
        Span<byte> byPattern = _patterns.Length <= 512 ? stackalloc byte[_patterns.Length + 1] : new byte[_patterns.Length + 1];
        const byte No = 0, Maybe = 1, Yes = 2;
        byPattern[0] = Maybe;
        for (var i = 0; i < _patterns.Length; i++)
            byPattern[i + 1] = _patterns[i].AlwaysContains(needle) ? Yes : _patterns[i].MayContain(needle) ? Maybe : No;
        var text = new ByteWriter(256);
        for (var i = 0; i < passed.Length; i++)
        {
            var may = byPattern[_codes[i]];
            if (may == No || passed[i])
                continue;
            if (may == Maybe)
            {
                text.Clear();
                Append(i, text);
            }
            passed[i] = may == Yes || text.Written.IndexOf(needle) >= 0;
        }
    }

    public static PatternColumn? Read(ref ByteReader reader, int count, BlockBuffers buffers)
    {
        if (Section.Read(ref reader) is not { } directory || ReadPatterns(directory) is not { } patterns || ReadCodes(ref reader, count, patterns.Length) is not { } codes)
            return null;
        var rows = new int[patterns.Length + 1];
        var ranks = buffers.Ints(count);
        for (var i = 0; i < count; i++)
            ranks[i] = rows[codes[i]]++;
        TextColumn? plain = null;
        if (rows[0] > 0 && (plain = TextColumn.Read(ref reader, rows[0], buffers)) is null)
            return null;
        var stored = reader.ReadText();
        var packed = buffers.Bytes(stored.Length);
        stored.CopyTo(packed);
        return FindColumns(stored, patterns) is { } at ? new PatternColumn(codes, ranks, patterns, rows, plain, packed, at) : null;
    }

    private static TextPattern[]? ReadPatterns(byte[] directory)
    {
        var list = new ByteReader(directory);
        var patterns = new TextPattern[list.ReadCount()];
        for (var i = 0; i < patterns.Length; i++)
        {
            if (TextPattern.Read(list.ReadText()) is not { } pattern)
                return null;
            patterns[i] = pattern;
        }
        return list.Failed || patterns.Length >= short.MaxValue ? null : patterns;
    }

    private static short[]? ReadCodes(ref ByteReader reader, int count, int patterns)
    {
        var numbers = ArrayPool<long>.Shared.Rent(count);
        try
        {
            if (!LongColumn.TryRead(ref reader, numbers.AsSpan(0, count)))
                return null;
            var codes = new short[count];
            for (var i = 0; i < count; i++)
            {
                if ((ulong)numbers[i] > (ulong)patterns)
                    return null;
                codes[i] = (short)numbers[i];
            }
            return codes;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(numbers);
        }
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

    private long[]?[] ReadNumbers(int pattern)
    {
        var numbers = new long[]?[_patterns[pattern].Numbers];
        var at = _at[pattern];
        for (var i = 0; i < numbers.Length; i++)
        {
            var head = new ByteReader(_packed.AsSpan(at));
            var length = head.ReadInt();
            at += head.Position;
            // Behind the column stand others, or nothing: it is read with what is behind it, so that its end is unpacked as fast as the rest.
            var reader = new ByteReader(_packed.AsSpan(at));
            var column = new long[_rows[pattern + 1]];
            // A damaged one is told by the checksum of the block; numbers that cannot be are none.
            if (!LongColumn.TryRead(ref reader, column) || !_patterns[pattern].Fits(i, column))
                Array.Clear(column);
            numbers[i] = column;
            at += length;
        }
        return numbers;
    }
}
