using Bongsu.Telemetry.Labels;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Telemetry.Tests.Labels;

public sealed class LinearRegexTests
{
    [Theory]
    [InlineData("a.c", "a\nc")]
    [InlineData("(?i)AbC", "aBc")]
    [InlineData("x((?i)PRO).*", "xproduction")]
    [InlineData("(?P<code>[0-9]+)", "404")]
    [InlineData("(?<code>[0-9]+)", "404")]
    [InlineData(@"\d+\s\w+", "12 ab_c")]
    [InlineData(@"[\d\-x]+", "1-x")]
    [InlineData("[[:alpha:]]+[[:digit:]]", "abc1")]
    [InlineData("[[a]+", "a[")]
    [InlineData("[]a]+", "]a")]
    [InlineData(@"\Qa.b*\E+", "a.b**")]
    [InlineData(@"\x41\x{1F600}", "A😀")]
    [InlineData("a{2,3}", "aaa")]
    [InlineData("a{", "a{")]
    [InlineData("a{x}", "a{x}")]
    [InlineData(@"\pL+", "é")]
    [InlineData("foo|bar", "bar")]
    [InlineData("a b#c", "a b#c")]
    [InlineData("^a$", "a")]
    [InlineData("", "")]
    public void Means_what_it_means_in_RE2(string expression, string matching) =>
        Assert.Matches(LinearRegex.Anchored(expression), matching);

    [Theory]
    [InlineData(@"\d", "٣")]
    [InlineData(@"\w", "é")]
    [InlineData("a$", "a\n")]
    [InlineData("foo|bar", "foobar")]
    [InlineData(@"[\W]", "a")]
    [InlineData(@"[\S]", " ")]
    [InlineData("a", "A")]
    public void Does_not_match_what_RE2_does_not(string expression, string other) => Assert.DoesNotMatch(LinearRegex.Anchored(expression), other);

    [Theory]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("a)|(b")]
    [InlineData("[a")]
    [InlineData("*")]
    [InlineData(@"(a)\1")]
    [InlineData("(?=a)")]
    [InlineData("(?<!a)b")]
    [InlineData("(?>a)")]
    [InlineData("a{1001}")]
    [InlineData("((a{100}){100}){100}")]
    [InlineData("[[:nope:]]")]
    [InlineData(@"\y")]
    [InlineData(@"a\")]
    public void Refuses_what_RE2_refuses(string expression)
    {
        var failure = Record.Exception(() => LinearRegex.Anchored(expression));
        Assert.True(failure is ArgumentException or NotSupportedException, failure?.ToString() ?? "accepted");
    }

    [Fact]
    public void Length_is_limited() =>
        Assert.Contains("the limit is 16384", Assert.Throws<ArgumentException>(() => LinearRegex.Anchored(new string('a', 20_000))).Message, StringComparison.Ordinal);

    [Fact]
    public void Hostile_expressions_take_linear_time()
    {
        var regex = LinearRegex.Anchored("(a+)+(a|a)*b");
        Assert.DoesNotMatch(regex, new string('a', 50_000));
    }

    [Fact]
    public void Any_text_is_an_expression_or_refused() => Prop.ForAll<string>(text =>
    {
        try
        {
            LinearRegex.Anchored(text ?? "").IsMatch("abc");
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            // Refused: as good as accepted.
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Quoted_text_matches_itself() => Prop.ForAll<string>(text =>
    {
        var plain = (text ?? "").Replace("\\E", "", StringComparison.Ordinal);
        return plain.EndsWith('\\') || LinearRegex.Anchored("\\Q" + plain + "\\E").IsMatch(plain);
    }).QuickCheckThrowOnFailure();
}
