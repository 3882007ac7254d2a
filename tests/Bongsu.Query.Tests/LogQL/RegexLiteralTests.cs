using System.Text.RegularExpressions;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Labels;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.LogQL;

public sealed class RegexLiteralTests
{
    private static readonly string[] Pieces = ["a", "b", "ab", "\\.", ".", "a*", "b?", "a+", "a{2}", "(a|b)", "(?:b)", "[ab]", "[^]a]", "[[:alpha:]b]", "\\d", "\\x61", "\\Qa|\\E", "^", "$", "|", "(?i)", "(a)"];

    [Theory]
    [InlineData("SKU-1[0-9]{3}7", "SKU-1")]
    [InlineData("a\\.b(x|y)cde", "a.b")]
    [InlineData("(a|b)xyz?", "xy")]
    [InlineData("a|bcd", "")]
    [InlineData("(?i)abc", "")]
    [InlineData("^timeout after [0-9]+ms$", "timeout after ")]
    [InlineData("ab[|]cdef", "cdef")]
    [InlineData("", "")]
    public void The_longest_plain_run_is_found(string expression, string expected) => Assert.Equal(expected, RegexLiteral.Of(expression));

    [Fact]
    public void Whatever_matches_contains_the_literal() =>
        Prop.ForAll(Gen.Elements(Pieces).ArrayOf().Zip(Gen.Elements("a", "b", ".", "A", "|", " ").ArrayOf()).ToArbitrary(), pair =>
        {
            var expression = string.Concat(pair.Item1);
            var text = string.Concat(pair.Item2);
            return TryCompile(expression) is not { } regex || !regex.IsMatch(text) || text.Contains(RegexLiteral.Of(expression), StringComparison.Ordinal);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Fact]
    public void Any_text_has_one() => Prop.ForAll<string>(text => RegexLiteral.Of(text ?? "") is not null).QuickCheckThrowOnFailure();

    private static Regex? TryCompile(string expression)
    {
        try
        {
            return LinearRegex.Unanchored(expression);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
