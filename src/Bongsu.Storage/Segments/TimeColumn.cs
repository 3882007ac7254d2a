using System.Buffers;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Times; see <see cref="TimeText"/>.</summary>
internal sealed class TimeColumn : FieldColumn
{
    private static readonly SearchValues<byte> s_alphabet = SearchValues.Create("0123456789.-:TZ"u8);

    private readonly int _decimals;
    private readonly long[] _units;

    private TimeColumn(int decimals, long[] units) : base(units.Length) => (_decimals, _units) = (decimals, units);

    public override void Append(int index, ByteWriter into)
    {
        var room = into.Take(TimeText.MaxSize);
        into.Truncate(into.Length - TimeText.MaxSize + TimeText.Write(_units[index], _decimals, room));
    }

    public override void MarkContaining(ReadOnlySpan<byte> needle, Span<bool> passed)
    {
        if (needle.Length <= TimeText.MaxSize && !HasOther(needle, default, s_alphabet))
            base.MarkContaining(needle, passed);
    }

    public static TimeColumn? Read(ref ByteReader reader, int count, BlockBuffers buffers)
    {
        int decimals = reader.ReadByte();
        var units = buffers.Longs(count);
        return decimals <= TimeText.MaxDecimals && LongColumn.TryRead(ref reader, units) && units.AsSpan().IndexOfAnyExceptInRange(0, long.MaxValue) < 0
            ? new TimeColumn(decimals, units)
            : null;
    }
}
