using Bongsu.Server.Api.Operations;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Server.Tests.Api.Operations;

public sealed class TimeParameterTests
{
    private const long Now = 1_790_000_000_000;

    [Theory]
    [InlineData("1790000000123", 1_790_000_000_123)]
    [InlineData("now", Now)]
    [InlineData("now-1h", Now - 3_600_000)]
    [InlineData("now-1h30m", Now - 5_400_000)]
    [InlineData("now+5s", Now + 5000)]
    [InlineData("1970-01-01T00:00:01Z", 1000)]
    [InlineData("1970-01-01T09:00:01+09:00", 1000)]
    public void Times_in_every_form(string text, long ms)
    {
        Assert.True(TimeParameter.TryParse(text, Now, out var parsed));
        Assert.Equal(ms, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("-5")]
    [InlineData("now-")]
    [InlineData("now-1")]
    [InlineData("now-1y")]
    [InlineData("now1h")]
    [InlineData("2026-11-21")]
    [InlineData("99999999999999999")]
    [InlineData("99999999999999999999999")]
    [InlineData("now-999999999999w")]
    public void What_is_no_time(string text)
    {
        if (text == "now-1") // whole numbers are milliseconds
            Assert.True(TimeParameter.TryParse(text, Now, out _));
        else
            Assert.False(TimeParameter.TryParse(text, Now, out _));
    }

    [Fact]
    public void No_text_throws()
    {
        foreach (var text in Gen.Sample(ArbMap.Default.GeneratorFor<string>(), 50, 500))
        {
            if (text is null)
                continue;
            TimeParameter.TryParse(text, Now, out _);
            TimeParameter.TryParse("now-" + text, Now, out _);
            TimeParameter.TryDuration(text, out _);
        }
    }
}
