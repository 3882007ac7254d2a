using System.Buffers;
using System.Runtime.Intrinsics;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Numbers, all behind one prefix; see <see cref="NumberText"/>.</summary>
internal sealed class NumberColumn : FieldColumn
{
    private static readonly SearchValues<byte> s_alphabet = SearchValues.Create("0123456789.-"u8);

    private readonly byte[] _prefix;
    private readonly int _decimals;
    private readonly bool _strip;
    private readonly PackedLongs _numbers;

    private NumberColumn(byte[] prefix, int decimals, bool strip, PackedLongs numbers) : base(numbers.Count) =>
        (_prefix, _decimals, _strip, _numbers) = (prefix, decimals, strip, numbers);

    public override void Append(int index, ByteWriter into)
    {
        into.PutBytes(_prefix);
        var room = into.Take(NumberText.MaxSize);
        into.Truncate(into.Length - NumberText.MaxSize + NumberText.Write(_numbers[index], _decimals, _strip, room));
    }

    public override void Mark(FieldTest test, ColumnRows rows, RowSet passed)
    {
        if (_prefix.Length > 0 || !test.TryRange(_decimals, out var least, out var most))
            base.Mark(test, rows, passed);
        else if (!TryCollectWithin(rows, least, most, passed))
            rows.Collect(new RangeTest(this, test, least, most), passed);
    }

    public override void MarkContaining(ReadOnlySpan<byte> needle, ColumnRows rows, RowSet passed)
    {
        if (!HasOther(needle, _prefix, s_alphabet))
            base.MarkContaining(needle, rows, passed);
    }

    public static NumberColumn? Read(ArraySegment<byte> bytes, int count, BlockBuffers buffers)
    {
        var reader = new ByteReader(bytes);
        var prefix = reader.ReadText().ToArray();
        int decimals = reader.ReadByte(), strip = reader.ReadByte();
        if (reader.Failed || decimals > NumberText.MaxDecimals || strip > 1)
            return null;
        return PackedLongs.Open(bytes[reader.Position..], count, buffers) is { } numbers ? new NumberColumn(prefix, decimals, strip == 1, numbers) : null;
    }

    // Hot path: numbers of all rows, all of them exact as doubles; false, with nothing added, for others.
    private bool TryCollectWithin(ColumnRows rows, long least, long most, RowSet passed)
    {
        if (!rows.AreAll || _numbers.IsConstant(out _))
            return false;
        var all = _numbers.All();
        if (all.ContainsAnyExceptInRange(-FieldTest.MaxExact, FieldTest.MaxExact))
            return false;
        if (least > most)
            return true;
        var (first, range) = (Vector256.Create((ulong)least), Vector256.Create((ulong)(most - least)));
        var from = 0;
        for (var word = 0; from + 64 <= all.Length; word++)
        {
            var bits = 0UL;
            for (var bit = 0; bit < 64; bit += Vector256<long>.Count, from += Vector256<long>.Count)
                bits |= (ulong)Vector256.LessThanOrEqual(Vector256.Create(all[from..]).AsUInt64() - first, range).ExtractMostSignificantBits() << bit;
            passed.AddWord(word, bits);
        }
        for (; from < all.Length; from++)
        {
            if (all[from] >= least && all[from] <= most)
                passed.Add(from);
        }
        return true;
    }

    private bool PassesAsText(int index, FieldTest test)
    {
        var text = new ByteWriter(64);
        Append(index, text);
        return test.Passes(text.Written);
    }

    private readonly struct RangeTest(NumberColumn column, FieldTest test, long least, long most) : IValueTest
    {
        private readonly PackedLongs _numbers = column._numbers;

        public bool Passes(int index)
        {
            var number = _numbers[index];
            return number is >= -FieldTest.MaxExact and <= FieldTest.MaxExact ? number >= least && number <= most : column.PassesAsText(index, test);
        }
    }
}
