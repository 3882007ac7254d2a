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
        var text = new ByteWriter(64);
        for (var i = 0; i < passed.Length; i++)
        {
            if (_prefix.Length == 0 && test.TryNumber(_numbers[i], _decimals, out var passes))
            {
                passed[i] |= passes;
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

    public static NumberColumn? Read(ref ByteReader reader, int count)
    {
        var prefix = reader.ReadText().ToArray();
        int decimals = reader.ReadByte(), strip = reader.ReadByte();
        var numbers = new long[count];
        return decimals <= NumberText.MaxDecimals && strip <= 1 && LongColumn.TryRead(ref reader, numbers) && numbers.AsSpan().IndexOf(long.MinValue) < 0
            ? new NumberColumn(prefix, decimals, strip == 1, numbers)
            : null;
    }
}
