using System.Buffers;
using System.Text;
using System.Text.Json;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Server.Api.Prometheus;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Server.Tests.Api.Prometheus;

public sealed class PrometheusJsonTests
{
    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(1.0, "1")]
    [InlineData(-17.0, "-17")]
    [InlineData(0.5, "0.5")]
    [InlineData(-0.001, "-0.001")]
    [InlineData(12.34, "12.34")]
    [InlineData(100.05, "100.05")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(1e-5, "0.00001")]
    [InlineData(1.5e-7, "1.5e-7")]
    [InlineData(999_999_999_999.999, "999999999999.999")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    [InlineData(double.Epsilon, "5e-324")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Value_HasTheShortestDigits(double value, string expected) => Assert.Equal($"\"{expected}\"", Written(json => json.Value(value)));

    [Fact]
    public void Value_IsWhatPrometheusWouldWrite_OfAnyDouble() => Prop.ForAll<long>(bits =>
    {
        var value = BitConverter.Int64BitsToDouble(bits * 0x1234_5678_9abc_def1);
        return Written(json => json.Value(value)) == $"\"{PromNumber.Format(value)}\"";
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Value_IsWhatPrometheusWouldWrite_OfDecimals() => Prop.ForAll<int, byte>((digits, scale) =>
    {
        var value = digits / Math.Pow(10, scale % 7);
        return Written(json => json.Value(value)) == $"\"{PromNumber.Format(value)}\"";
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1_700_000_000_000, "1700000000")]
    [InlineData(1_700_000_000_050, "1700000000.050")]
    [InlineData(-1_500, "-1.500")]
    [InlineData(long.MinValue, "-9223372036854775.808")]
    public void Timestamp_HasMillisecondsWhenThereAreAny(long ms, string expected) => Assert.Equal(expected, Written(json => json.Timestamp(ms)));

    [Fact]
    public void Text_OfAnyLengthAndKind_ReadsBack() => Prop.ForAll<NonNull<string>, ushort>((given, repeats) =>
    {
        var text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(given.Get + "\n\"é\\", repeats % 3000))));
        return JsonDocument.Parse(Written(json => json.Text(text))).RootElement.GetString() == text;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Text_OfBrokenUtf8_IsWrittenWithReplacements() =>
        Assert.Equal("\"a\uFFFDb\"", Written(json => json.Text([(byte)'a', 0xff, (byte)'b'])));

    [Fact]
    public void Points_AcrossPiecesOfTheBuffer_AreKeptWhole()
    {
        var text = Written(json => json.Array(Enumerable.Range(0, 20_000), static (j, i) => j.Raw("["u8).Timestamp(i).Raw(","u8).Number(i).Raw(","u8).Value(i / 7.0).Raw("]"u8)));
        var at = 0;
        foreach (var point in JsonDocument.Parse(text).RootElement.EnumerateArray())
        {
            Assert.Equal((at / 1000m, at, PromNumber.Format(at / 7.0)), (point[0].GetDecimal(), point[1].GetInt32(), point[2].GetString()));
            at++;
        }
        Assert.Equal(20_000, at);
    }

    [Fact]
    public void Raw_LargerThanTheBuffer_IsKeptWhole()
    {
        var bytes = new byte[100_000];
        Random.Shared.NextBytes(bytes);
        var output = new ArrayBufferWriter<byte>();
        using var json = new PrometheusJson(output);
        json.Raw("x"u8).Raw(bytes).Raw("y"u8).Spill();
        Assert.Equal([(byte)'x', .. bytes, (byte)'y'], output.WrittenSpan.ToArray());
        Assert.Equal(100_002, json.Unsent);
    }

    private static string Written(Action<PrometheusJson> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new PrometheusJson(output);
        write(json);
        json.Spill();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
