using System.Globalization;
using System.Text;
using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Tests.Decode.Exposition;

public sealed class ExpositionNumberTests
{
    [Fact]
    public void EveryNumberReadsBackWhateverItsSpelling() => Properties.Hold<double>(number =>
    {
        foreach (var format in (string[])["R", "E16"])
        {
            var text = number.ToString(format, CultureInfo.InvariantCulture).Replace("Infinity", "Inf");
            if (!ExpositionNumber.TryParse(Encoding.UTF8.GetBytes(text), out var read) || !read.Equals(double.Parse(text.Replace("Inf", "Infinity"), CultureInfo.InvariantCulture)))
                return false;
        }
        return true;
    }, times: 3000);

    [Fact]
    public void PlainDecimalsAreTheNearestDouble() => Properties.Hold<(int Whole, ushort Fraction)>(n =>
    {
        var text = $"{n.Whole}.{n.Fraction:00000}";
        return ExpositionNumber.TryParse(Encoding.UTF8.GetBytes(text), out var read) && read == double.Parse(text, CultureInfo.InvariantCulture);
    }, times: 2000);

    [Fact]
    public void NoTargetCanSendAStalenessMarker()
    {
        Assert.True(ExpositionNumber.TryParse("NaN"u8, out var nan));
        Assert.Equal(SampleValues.NormalNaNBits, BitConverter.DoubleToInt64Bits(nan));
        Assert.False(SampleValues.IsStale(ExpositionNumber.Ordinary(SampleValues.StaleNaN)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("+")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("--1")]
    [InlineData("infinit")]
    [InlineData("0x10")]
    [InlineData("1,5")]
    public void WhatIsNoNumberIsRefused(string text) => Assert.False(ExpositionNumber.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData(1, "1.0")]
    [InlineData(0, "0.0")]
    [InlineData(-1, "-1.0")]
    [InlineData(0.5, "0.5")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(0.000025, "2.5e-05")]
    [InlineData(100000, "100000.0")]
    [InlineData(123456.75, "123456.75")]
    [InlineData(1000000, "1e+06")]
    [InlineData(1234567.5, "1.2345675e+06")]
    [InlineData(1e21, "1e+21")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(10, "10.0")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NaN, "NaN")]
    public void BoundsAreSpeltAsGoDoes(double bound, string expected) => Assert.Equal(expected, OpenMetricsFloat.Format(bound));

    [Fact]
    public void BoundsReadBack() => Properties.Hold<double>(bound =>
        ExpositionNumber.TryParse(Encoding.UTF8.GetBytes(OpenMetricsFloat.Format(bound)), out var read) && read.Equals(bound), times: 2000);
}
