using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Whole numbers as <see cref="LongColumn"/> wrote them, unpacked group by group when a row of it is first asked for: who wants few rows of a block pays for few. Lives as
/// long as the buffers it was read into; not thread-safe.
/// </summary>
internal sealed class PackedLongs
{
    private long _constant;
    private byte[] _bytes = [];
    private long[]? _numbers;
    // By group where it stands, or its complement once it is unpacked.
    private int[] _at = [];
    // By group its first number, where the rest are differences.
    private long[]? _first;
    private int _end;

    public int Count { get; private set; }

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
            return reader.Failed ? null : buffers.Packed().Of(count, constant);
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
            return buffers.Packed().Of(count, bytes, numbers, Unpacked(count, buffers), null);
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
        return reader.Failed ? null : buffers.Packed().Of(count, bytes, numbers, at, first);
    }

    /// <summary>Numbers that are there already.</summary>
    public static PackedLongs Of(ReadOnlySpan<byte> numbers, BlockBuffers buffers)
    {
        var all = buffers.Longs(numbers.Length);
        for (var i = 0; i < numbers.Length; i++)
            all[i] = numbers[i];
        return buffers.Packed().Of(numbers.Length, default, all, Unpacked(numbers.Length, buffers), null);
    }

    private PackedLongs Of(int count, long constant)
    {
        (Count, _constant, _numbers) = (count, constant, null);
        return this;
    }

    private PackedLongs Of(int count, ArraySegment<byte> bytes, long[] numbers, int[] at, long[]? first)
    {
        Count = count;
        _bytes = bytes.Array ?? [];
        _end = bytes.Offset + bytes.Count;
        (_numbers, _at, _first) = (numbers, at, first);
        return this;
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
