using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Whole numbers as <see cref="LongColumn"/> wrote them, unpacked group by group when a row of it is first asked for: who wants few rows of a block pays for few. Lives as
/// long as the buffers it was read into; not thread-safe.
/// </summary>
internal sealed class PackedLongs
{
    private readonly long _constant;
    private readonly byte[] _bytes = [];
    private readonly long[]? _numbers;
    // By group where it stands, or its complement once it is unpacked.
    private readonly int[] _at = [];
    // By group its first number, where the rest are differences.
    private readonly long[]? _first;
    private readonly int _end;

    private PackedLongs(int count, long constant) => (Count, _constant) = (count, constant);

    private PackedLongs(int count, byte[] bytes, int end, long[] numbers, int[] at, long[]? first)
    {
        Count = count;
        _bytes = bytes;
        _end = end;
        _numbers = numbers;
        _at = at;
        _first = first;
    }

    public int Count { get; }

    public long this[int row]
    {
        get
        {
            if (_numbers is null)
                return _constant;
            if (_at[row / BitPacking.GroupSize] >= 0)
                Unpack(row / BitPacking.GroupSize);
            return _numbers[row];
        }
    }

    /// <summary>Whether all rows are known to have one number, and which.</summary>
    public bool IsConstant(out long number)
    {
        number = _constant;
        return _numbers is null;
    }

    /// <summary>Whether all rows have this number.</summary>
    public bool IsAll(long number) => _numbers is null && _constant == number;

    /// <summary>All numbers, where they are not one.</summary>
    public ReadOnlySpan<long> All()
    {
        for (var group = 0; group * BitPacking.GroupSize < Count; group++)
        {
            if (_at[group] >= 0)
                Unpack(group);
        }
        return _numbers.AsSpan(0, Count);
    }

    /// <summary>Null when the bytes hold no column of so many numbers.</summary>
    public static PackedLongs? Open(ArraySegment<byte> bytes, int count, BlockBuffers buffers)
    {
        var reader = new ByteReader(bytes);
        return Open(bytes, ref reader, count, buffers);
    }

    /// <summary>As <see cref="Open(ArraySegment{byte}, int, BlockBuffers)"/>, from where a reader of the bytes stands; the reader stands behind the column then.</summary>
    public static PackedLongs? Open(ArraySegment<byte> bytes, ref ByteReader reader, int count, BlockBuffers buffers)
    {
        var form = reader.ReadByte();
        if (form == LongColumn.Constant)
        {
            var constant = reader.ReadZigZag();
            return reader.Failed ? null : new PackedLongs(count, constant);
        }
        // A group takes two bytes at least: a count beyond is not believed.
        var groups = (count + BitPacking.GroupSize - 1) / BitPacking.GroupSize;
        if (form > LongColumn.GroupDifferences || groups > reader.Remaining)
            return null;
        var numbers = buffers.Longs(count);
        if (form == LongColumn.Differences)
        {
            // One behind the other from the first row on: all or none.
            if (!LongColumn.TryReadDifferences(ref reader, numbers.AsSpan(0, count)))
                return null;
            return new PackedLongs(count, bytes.Array!, 0, numbers, Unpacked(count, buffers), null);
        }
        var at = buffers.Ints(groups);
        var first = form == LongColumn.GroupDifferences ? buffers.Longs(groups) : null;
        var last = 0L;
        for (var group = 0; group < groups; group++)
        {
            var inGroup = Math.Min(BitPacking.GroupSize, count - group * BitPacking.GroupSize);
            if (first is not null)
                first[group] = last += reader.ReadZigZag();
            at[group] = bytes.Offset + reader.Position;
            if (inGroup > (first is null ? 0 : 1) && !BitPacking.TrySkipGroup(ref reader, inGroup - (first is null ? 0 : 1)))
                return null;
        }
        return reader.Failed ? null : new PackedLongs(count, bytes.Array!, bytes.Offset + bytes.Count, numbers, at, first);
    }

    private static int[] Unpacked(int count, BlockBuffers buffers)
    {
        var at = buffers.Ints((count + BitPacking.GroupSize - 1) / BitPacking.GroupSize);
        Array.Fill(at, -1);
        return at;
    }

    private void Unpack(int group)
    {
        var from = group * BitPacking.GroupSize;
        var numbers = _numbers.AsSpan(from, Math.Min(BitPacking.GroupSize, Count - from));
        var reader = new ByteReader(_bytes.AsSpan(_at[group], _end - _at[group]));
        _at[group] = ~_at[group];
        var packed = _first is null ? numbers : numbers[1..];
        // What was stepped over can be read.
        if (!packed.IsEmpty && !BitPacking.TryReadGroup(ref reader, packed))
            packed.Clear();
        if (_first is null)
            return;
        var last = numbers[0] = _first[group];
        for (var i = 1; i < numbers.Length; i++)
            numbers[i] = last += numbers[i];
    }
}
