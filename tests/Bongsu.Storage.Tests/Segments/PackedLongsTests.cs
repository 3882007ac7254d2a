using Bongsu.Storage.Codecs;
using Bongsu.Storage.Segments;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Storage.Tests.Segments;

/// <summary>Whole numbers come back whichever of them are asked for, and in whatever order.</summary>
public sealed class PackedLongsTests
{
    [Fact]
    public void Any_numbers_come_back() => Prop.ForAll<int, byte>((seed, kind) =>
    {
        var random = new Random(seed);
        var numbers = new long[random.Next(1, 700)];
        var last = random.NextInt64(long.MinValue, long.MaxValue);
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (kind % 5) switch
            {
                0 => 42,
                1 => random.Next(9),
                2 => unchecked(last += random.Next(1000)),
                3 => random.Next(50) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(100),
                _ => random.NextInt64(long.MinValue, long.MaxValue),
            };
        }
        var bytes = new ByteWriter();
        LongColumn.Put(bytes, numbers);
        bytes.PutByte(7);
        using var buffers = BlockBuffers.Rent();
        ArraySegment<byte> segment = bytes.Written.ToArray();
        var reader = new ByteReader(segment);
        var read = PackedLongs.Open(segment, ref reader, numbers.Length, buffers)!;
        Assert.Equal(1, reader.Remaining);
        for (var i = 0; i < 20; i++)
        {
            var row = random.Next(numbers.Length);
            Assert.Equal(numbers[row], read[row]);
        }
        Assert.Equal(numbers, Enumerable.Range(0, numbers.Length).Select(row => read[row]));
        if (read.IsConstant(out var only))
            Assert.All(numbers, number => Assert.Equal(only, number));
        else
            Assert.True(read.All().SequenceEqual(numbers));
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Any_bytes_are_numbers_or_none() => Prop.ForAll<byte[], byte>((bytes, form) =>
    {
        using var buffers = BlockBuffers.Rent();
        foreach (var count in (int[])[1, 128, 129, 1000, BlockDecoder.MaxRows])
        {
            if (PackedLongs.Open((byte[])[(byte)(form % 5), .. bytes ?? []], count, buffers) is not { } read)
                continue;
            for (var row = 0; row < Math.Min(count, 1000); row++)
                _ = read[row];
        }
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
}
