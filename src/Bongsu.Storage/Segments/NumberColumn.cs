using System.Buffers;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Numbers, all behind one prefix; see <see cref="NumberText"/>.</summary>
internal sealed class NumberColumn : FieldColumn
{
    private static readonly SearchValues<byte> s_alphabet = SearchValues.Create("0123456789.-"u8);

    private readonly byte[] _prefix;
    private readonly int _decimals;
    private readonly bool _strip;
    private readonly long[] _numbers;

    private NumberColumn(byte[] prefix, int decimals, bool strip, long[] numbers) : base(numbers.Length) =>
        (_prefix, _decimals, _strip, _numbers) = (prefix, decimals, strip, numbers);

    public override void Append(int index, ByteWriter into)
    {
        into.PutBytes(_prefix);
        var room = into.Take(NumberText.MaxSize);
        into.Truncate(into.Length - NumberText.MaxSize + NumberText.Write(_numbers[index], _decimals, _strip, room));
    }

    public override void Mark(FieldTest test, Span<bool> passed)
    {
        long least = 0, most = 0;
        var isNumber = _prefix.Length == 0 && test.TryRange(_decimals, out least, out most);
        var text = new ByteWriter(64);
        for (var i = 0; i < passed.Length; i++)
        {
            var number = _numbers[i];
            if (isNumber && number is >= -FieldTest.MaxExact and <= FieldTest.MaxExact)
            {
                passed[i] |= number >= least && number <= most;
                continue;
            }
            text.Clear();
            Append(i, text);
            passed[i] |= test.Passes(text.Written);
        }
    }

    public override void MarkContaining(ReadOnlySpan<byte> needle, Span<bool> passed)
    {
        if (!HasOther(needle, _prefix, s_alphabet))
            base.MarkContaining(needle, passed);
    }

    public static NumberColumn? Read(ref ByteReader reader, int count, BlockBuffers buffers)
    {
        var prefix = reader.ReadText().ToArray();
        int decimals = reader.ReadByte(), strip = reader.ReadByte();
        var numbers = buffers.Longs(count);
        return decimals <= NumberText.MaxDecimals && strip <= 1 && LongColumn.TryRead(ref reader, numbers) && numbers.AsSpan().IndexOf(long.MinValue) < 0
            ? new NumberColumn(prefix, decimals, strip == 1, numbers)
            : null;
    }
}
