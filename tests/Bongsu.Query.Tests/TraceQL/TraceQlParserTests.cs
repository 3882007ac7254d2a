using Bongsu.Query.TraceQL;
using Bongsu.Query.TraceQL.Parsing;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.TraceQL;

public sealed class TraceQlParserTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "(", ")", ".a", "span.b", "name", "status", "=", "!=", "=~", "\"x\"", "\"(\"", "1", "5ms", "error", "&&", "||", ">>", "!<", "&~", "|", "count()", "avg(", "by(", "select(",
        "rate()", "-", "!", "nil", "true", "#", "\"",
    ];

    [Fact]
    public void Any_run_of_pieces_is_parsed_or_refused_but_never_throws() =>
        Prop.ForAll(Gen.Elements(Pieces).ArrayOf().ToArbitrary(), pieces => IsAnswered(string.Join(' ', pieces))).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_is_parsed_or_refused_but_never_throws() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => IsAnswered(text ?? "")).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("{ undotted = 4 }", "parse error at line 1, col 3: syntax error: unexpected IDENTIFIER \"undotted\"")]
    [InlineData("{ name > 1s }", "parse error at line 1, col 8: binary operations must operate on the same type")]
    [InlineData("{ } | quantile_over_time(duration, 1.9)", "parse error at line 1, col 36: quantiles lie between 0 and 1")]
    public void Errors_name_place_and_reason(string query, string message)
    {
        TraceQlParser.TryParse(query, new TraceQlLimits(), out var failure);
        Assert.StartsWith(message, failure!.Message);
    }

    [Theory]
    [InlineData("{ ", "(", "1 = 1")]
    [InlineData("{ ", "!", "true")]
    [InlineData("", "(", "{}")]
    public void Nesting_has_a_limit(string start, string open, string inner)
    {
        var query = start + string.Concat(Enumerable.Repeat(open, 100_000)) + inner;
        TraceQlParser.TryParse(query, new TraceQlLimits { MaxQueryLength = 1_000_000 }, out var failure);
        Assert.Contains("nested deeper", failure!.Message);
    }

    private static bool IsAnswered(string text) => TraceQlParser.TryParse(text, new TraceQlLimits(), out var failure) is null == failure is not null;
}
