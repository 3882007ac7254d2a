using Bongsu.Storage.Codecs;
using Bongsu.Storage.Rollups;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Bongsu.Storage.Tests.Codecs;

public sealed class RollupCodecTests(ITestOutputHelper output)
{
    private const RunFigures All = RunFigures.Sum | RunFigures.Extremes | RunFigures.Resets;
    private const int Days = 8;

    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(300);

    [Fact]
    public void Rows_of_any_bits_come_back() => Prop.ForAll<long[], int>((bits, seed) =>
    {
        var random = new Random(seed);
        var values = bits.Select(b => random.Next(3) == 0 ? b : BitConverter.Int64BitsToDouble(b)).ToArray();
        return ComesBack(Fold(values, 45_000 + random.Next(100_000), 300_000));
    }).Check(Quick);

    [Fact]
    public void Rows_of_ordinary_values_come_back() => Prop.ForAll<int, byte>((seed, kind) =>
        ComesBack(Fold(Values(kind % 6, 2000, new Random(seed)), 15_000, 300_000))).Check(Quick);

    [Fact]
    public void Any_bytes_are_refused_or_read_without_an_exception() => Prop.ForAll<byte[], byte[], byte>((times, values, form) =>
    {
        Read(times, values, 5);
        var good = Encode(Fold(Values(1, 400, new Random(form)), 15_000, 300_000));
        Read(good.Times, [(byte)(form & 63), 2, .. values], 20);
        Read([form, .. times], good.Values, 20);
        return true;
    }).Check(Quick.WithMaxTest(2000));

    // Bounds a little above what was measured, in bytes a raw sample at 15 s, both resolutions together.
    [Theory]
    [InlineData("counters by 0 to 49", 0, 0.2)]
    [InlineData("gauges of two decimals", 1, 0.52)]
    [InlineData("random doubles", 2, 1.9)]
    [InlineData("constants", 3, 0.0032)]
    [InlineData("counters by 0 to 4", 5, 0.14)]
    [InlineData("steady counters", 4, 0.02)]
    public void Rows_are_small(string name, int kind, double most)
    {
        var samples = Days * 5760;
        var values = Values(kind, samples, new Random(3));
        var size = 0L;
        foreach (var resolution in RollupResolution.All)
        {
            var rows = Fold(values, 15_000, resolution.WindowMs);
            for (var at = 0; at < rows.Length; at += resolution.ChunkRows)
                size += Encode(rows[at..Math.Min(rows.Length, at + resolution.ChunkRows)]).Values.Length;
        }
        output.WriteLine($"{name}: {(double)size / samples:0.0000} B a raw sample");
        Assert.InRange((double)size / samples, 0, most);
    }

    [Fact]
    public void Times_of_an_even_pace_take_a_few_bytes_a_day()
    {
        var rows = Fold(Values(0, 5760, new Random(3)), 15_000, 300_000);
        Assert.InRange(Encode(rows).Times.Length, 1, 40);
    }

    private static double[] Values(int kind, int count, Random random)
    {
        var (values, last) = (new double[count], 0.0);
        for (var i = 0; i < count; i++)
        {
            values[i] = last = kind switch
            {
                0 => random.Next(20_000) == 0 ? 0 : last + random.Next(50),
                1 => random.Next(10_000) / 100.0,
                2 => random.NextDouble(),
                3 => 12.5,
                5 => last + random.Next(5),
                _ => last + 15,
            };
        }
        return values;
    }

    private static SampleRun[] Fold(double[] values, long stepMs, long windowMs)
    {
        var times = Enumerable.Range(1, values.Length).Select(i => 1_700_006_400_000 + i * stepMs).ToArray();
        var cuts = Enumerable.Range(0, times.Length == 0 ? 0 : (int)((times[^1] - 1_700_006_400_000) / windowMs) + 1).Select(i => 1_700_006_400_000 + i * windowMs).ToArray();
        var rows = new Column<SampleRun>();
        SampleRuns.Append(times, values, cuts, rows);
        return rows.Span.ToArray();
    }

    private static bool ComesBack(SampleRun[] rows)
    {
        for (; rows.Length > 0; rows = rows[Math.Min(rows.Length, 100)..])
        {
            var chunk = rows[..Math.Min(rows.Length, 100)];
            var (times, values) = Encode(chunk);
            var isCounter = chunk.Sum(r => r.Resets) * RollupCodec.MinSamplesPerReset <= chunk.Sum(r => r.Count);
            var read = Read(times, values, chunk.Length)!;
            for (var i = 0; i < chunk.Length; i++)
                AssertSame(isCounter ? chunk[i] : chunk[i] with { Resets = -1, ResetAmount = 0 }, read[i]);
        }
        return true;
    }

    private static void AssertSame(in SampleRun expected, in SampleRun actual)
    {
        var scale = expected.Count * Math.Max(Math.Abs(expected.Min), Math.Abs(expected.Max)) * 1e-12;
        Assert.Equal(expected with { Sum = 0, ResetAmount = 0 }, actual with { Sum = 0, ResetAmount = 0 });
        Assert.True(expected.Sum.Equals(actual.Sum) || Math.Abs(expected.Sum - actual.Sum) <= scale);
        Assert.True(expected.ResetAmount.Equals(actual.ResetAmount) || Math.Abs(expected.ResetAmount - actual.ResetAmount) <= scale);
    }

    private static (byte[] Times, byte[] Values) Encode(SampleRun[] rows)
    {
        var (times, values) = (new ByteWriter(), new ByteWriter());
        RollupCodec.PutTimes(times, rows);
        RollupCodec.PutValues(values, rows);
        return (times.Written.ToArray(), values.Written.ToArray());
    }

    private static SampleRun[]? Read(byte[] times, byte[] values, int count)
    {
        var rows = new SampleRun[count];
        var t = new ByteReader(times);
        var v = new ByteReader(values);
        return RollupCodec.TryRead(ref t, ref v, All, rows) ? rows : null;
    }
}
