using System.Buffers;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Times; see <see cref="TimeText"/>.</summary>
internal sealed class TimeColumn : FieldColumn
{
    private static readonly SearchValues<byte> s_alphabet = SearchValues.Create("0123456789.-:TZ"u8);

    private readonly int _decimals;
    private readonly PackedLongs _units;

    private TimeColumn(int decimals, PackedLongs units) : base(units.Count) => (_decimals, _units) = (decimals, units);

    public override void Append(int index, ByteWriter into)
    {
        var room = into.Take(TimeText.MaxSize);
        into.Truncate(into.Length - TimeText.MaxSize + TimeText.Write(_units[index], _decimals, room));
    }

    public override void MarkContaining(ReadOnlySpan<byte> needle, ColumnRows rows, RowSet passed)
    {
        if (needle.Length <= TimeText.MaxSize && !HasOther(needle, default, s_alphabet))
            base.MarkContaining(needle, rows, passed);
    }

    public static TimeColumn? Read(ArraySegment<byte> bytes, int count, BlockBuffers buffers)
    {
        if (bytes.Count == 0 || bytes[0] > TimeText.MaxDecimals)
            return null;
        return PackedLongs.Open(bytes[1..], count, buffers) is { } units ? new TimeColumn(bytes[0], units) : null;
    }
}
