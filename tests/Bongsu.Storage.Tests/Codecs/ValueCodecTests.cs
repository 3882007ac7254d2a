using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Storage.Tests.Codecs;

public sealed class ValueCodecTests
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(300);

    [Theory]
    [InlineData(ValueForm.Constant, "constant")]
    [InlineData(ValueForm.Integers, "noise")]
    [InlineData(ValueForm.Differences, "counter")]
    [InlineData(ValueForm.SecondDifferences, "steady")]
    [InlineData(ValueForm.Fronts, "ratio")]
    [InlineData(ValueForm.Distinct, "states")]
    [InlineData(ValueForm.BitDifferences, "sum")]
    public void Each_kind_of_values_takes_its_form_and_comes_back(byte form, string kind)
    {
        var random = new Random(7);
        var values = new double[480];
        var sum = 1e6;
        for (var i = 0; i < values.Length; i++)
        {
            sum += random.NextDouble();
            values[i] = kind switch
            {
                "constant" => 42,
                "noise" => random.Next(1000),
                "counter" => (i == 0 ? 100_000 : values[i - 1]) + random.Next(20),
                "steady" => (long)i * i * 3,
                "ratio" => random.NextDouble(),
                "states" => new[] { Math.PI, Math.E, Math.Sqrt(2) }[i / 7 % 3],
                _ => sum,
            };
        }
        var bytes = new ByteWriter();
        ValueCodec.Put(bytes, values, withSummary: true);
        Assert.Equal(form, bytes.Written[0] & ValueForm.Mask);
        var reader = new ByteReader(bytes.Written);
        var read = new double[values.Length];
        Assert.True(ValueCodec.TryRead(ref reader, read));
        Assert.Equal(values, read);
        AssertSummary(bytes.Written, values);
    }

    [Fact]
    public void Long_chunks_of_mixed_values_come_back() => Prop.ForAll<int, byte, byte>((seed, share, jitter) =>
    {
        var random = new Random(seed);
        var count = random.Next(1, 600);
        var (times, values) = (new long[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            times[i] = i * 15_000L + (jitter == 0 ? 0 : random.Next(jitter)) + (i > count / 2 && jitter % 3 == 0 ? 60_000 : 0);
            values[i] = random.Next(256) < share ? BitConverter.Int64BitsToDouble(random.NextInt64()) : random.Next(100) + random.Next(4) * 0.25;
        }
        var bytes = new ByteWriter();
        ChunkCodec.Put(bytes, times, values, withSummary: true);
        var reader = new ByteReader(bytes.Written);
        var (readTimes, readValues) = (new Column<long>(), new Column<double>());
        return ChunkCodec.TryRead(ref reader, readTimes, readValues) && reader.Remaining == 0 && readTimes.Span.SequenceEqual(times)
            && readValues.Span.ToArray().Select(BitConverter.DoubleToInt64Bits).SequenceEqual(values.Select(BitConverter.DoubleToInt64Bits));
    }).Check(Quick);

    [Fact]
    public void Wide_loads_and_single_bytes_unpack_the_same() => Prop.ForAll<ulong[], byte>((numbers, bits) =>
    {
        var width = bits % 57;
        var masked = numbers.Select(n => width == 0 ? 0 : n & ((1UL << width) - 1)).ToArray();
        var bytes = new ByteWriter();
        BitPacking.Pack(bytes, masked, width);
        var packed = bytes.Length;
        bytes.PutUInt64(ulong.MaxValue);
        var (wide, narrow) = (new ulong[numbers.Length], new ulong[numbers.Length]);
        BitPacking.Unpack(bytes.Written[..packed], bytes.Written[packed..], width, wide);
        BitPacking.Unpack(bytes.Written[..packed], default, width, narrow);
        return wide.SequenceEqual(masked) && narrow.SequenceEqual(masked);
    }).Check(Quick);

    [Fact]
    public void Summaries_count_the_resets_of_a_counter()
    {
        double[] values = [100, 105, 3, 8, 20, 1, 2];
        var bytes = new ByteWriter();
        ValueCodec.Put(bytes, values, withSummary: true);
        var reader = new ByteReader(bytes.Written);
        Assert.True(ValueCodec.TryReadSummary(ref reader, values.Length, out var summary));
        Assert.Equal(new ChunkSummary(100, 2, 1, 105, 239, 2, 125), summary);
    }

    private static void AssertSummary(ReadOnlySpan<byte> bytes, double[] values)
    {
        var reader = new ByteReader(bytes);
        Assert.True(ValueCodec.TryReadSummary(ref reader, values.Length, out var summary));
        Assert.Equal((values[0], values[^1], values.Min(), values.Max()), (summary.First, summary.Last, summary.Min, summary.Max));
        Assert.Equal(values.Sum(), summary.Sum, values.Sum() * 1e-12);
    }
}
