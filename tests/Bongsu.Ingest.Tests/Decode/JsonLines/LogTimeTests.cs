using System.Text;
using Bongsu.Ingest.Decode.JsonLines;

namespace Bongsu.Ingest.Tests.Decode.JsonLines;

public sealed class LogTimeTests
{
    [Theory]
    [InlineData("2026-11-19T14:00:00Z", 0)]
    [InlineData("2026-11-19t14:00:00.123456789z", 123_456_789)]
    [InlineData("2026-11-19T23:00:00.5+09:00", 500_000_000)]
    [InlineData("2026-11-19 14:00:00,123", 123_000_000)]
    [InlineData("2026-11-19 14:00:00.123 +0000", 123_000_000)]
    [InlineData("2026-11-19 14:00:00 UTC", 0)]
    [InlineData("2026-11-19T08:30-05:30", 0)]
    [InlineData("1795096800", 0)]
    [InlineData("1795096800.25", 250_000_000)]
    [InlineData("1795096800123", 123_000_000)]
    [InlineData("1795096800123.5", 123_500_000)]
    [InlineData("1795096800123456", 123_456_000)]
    [InlineData("1795096800123456789", 123_456_789)]
    [InlineData("1.7950968e9", 0)]
    public void KnowsTimes(string text, long nanos)
    {
        Assert.True(LogTime.TryParse(Encoding.UTF8.GetBytes(text), out var found));
        Assert.Equal((long)Otlp.Now + nanos, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("-5")]
    [InlineData("5x")]
    [InlineData("5.")]
    [InlineData("99999999999999999999")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2026-11-19T24:00:00Z")]
    [InlineData("2026-11-19T14:00:00.Z")]
    [InlineData("2026-11-19T14:00:00+9")]
    [InlineData("2026-11-19T14:00:00 CET")]
    [InlineData("1926-11-19T14:00:00Z")]
    [InlineData("0")]
    [InlineData("35")]
    [InlineData("21.5")]
    [InlineData("999999999")]
    [InlineData("1e3")]
    public void TellsWhatIsNone(string text) => Assert.False(LogTime.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void ArbitraryTextNeverThrows() => Properties.Hold<byte[]>(bytes =>
    {
        LogTime.TryParse(bytes, out _);
        LogTime.TryParse([.. "2026-11-19T14:0"u8, .. bytes], out _);
        return true;
    }, times: 2_000);
}
