using System.Globalization;
using System.Text;
using Bongsu.Query.LogQL.Parsing;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.LogQL;

public sealed class LogQlUnitsTests
{
    [Fact]
    public void A_decimal_is_the_number_that_its_text_is_read_as() => Prop.ForAll(
        (from digits in Gen.Elements("0123456789".ToCharArray()).ArrayOf()
         from point in Gen.Choose(-1, 18)
         from isNegative in Gen.Elements(true, false)
         select Text(digits, point, isNegative)).ToArbitrary(),
        text =>
        {
            var isRead = LogQlUnits.TryDecimal(Encoding.UTF8.GetBytes(text), out var number);
            var digits = text.Count(char.IsAsciiDigit);
            return isRead == digits is > 0 and <= 15
                && (!isRead || (LogQlUnits.TryNumber(text, out var other) && BitConverter.DoubleToInt64Bits(number) == BitConverter.DoubleToInt64Bits(other)));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("+1")]
    [InlineData("1e3")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("1-")]
    [InlineData(" 1")]
    [InlineData("NaN")]
    [InlineData("1234567890123456")]
    public void What_is_no_plain_decimal_is_left_to_others(string text) => Assert.False(LogQlUnits.TryDecimal(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("-0")]
    [InlineData("0.1")]
    [InlineData("999999999999999")]
    [InlineData("0.00000000000001")]
    [InlineData("-271.15")]
    public void A_plain_decimal_is_exact(string text)
    {
        Assert.True(LogQlUnits.TryDecimal(Encoding.UTF8.GetBytes(text), out var number));
        Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(number));
    }

    private static string Text(char[] digits, int point, bool isNegative)
    {
        var text = new string(digits);
        return (isNegative ? "-" : "") + (point >= 0 && point <= text.Length ? text.Insert(point, ".") : text);
    }
}
