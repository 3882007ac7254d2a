using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>A number column as it is read: most are one number for all rows, which then takes no memory.</summary>
internal readonly struct NumberView(long constant, long[]? numbers)
{
    public long this[int row] => numbers is null ? constant : numbers[row];

    /// <summary>Whether all rows have this number.</summary>
    public bool IsAll(long number) => numbers is null && constant == number;

    /// <summary>Whether all rows have numbers from one to another.</summary>
    public bool IsWithin(long least, long most) => numbers is null ? constant >= least && constant <= most : most >= least && numbers.AsSpan().IndexOfAnyExceptInRange(least, most) < 0;

    /// <summary>Null when the bytes hold no column of so many numbers.</summary>
    public static NumberView? Read(ReadOnlySpan<byte> bytes, int count, BlockBuffers buffers)
    {
        var reader = new ByteReader(bytes);
        if (LongColumn.TryReadConstant(ref reader, out var constant))
            return new NumberView(constant, null);
        var numbers = buffers.Longs(count);
        return LongColumn.TryRead(ref reader, numbers) ? new NumberView(0, numbers) : null;
    }
}
