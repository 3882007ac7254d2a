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
        "rate()", "-", "!", "nil", "true", "#", "\"", "{ }", "({ } | rate())", "+", "*", "/", "^", "topk(2)", "quantile_over_time(duration, .9)", "compare({ })", "by(name)", "with(sample=0.1)",
        "coalesce()", "/*", "// x", "1e-5", "minInt", "span:childCount", "event:name", "link.\"a b\"",
    ];

    [Fact]
    public void Any_run_of_pieces_is_parsed_or_refused_but_never_throws() =>
        Prop.ForAll(Gen.Elements(Pieces).ArrayOf().ToArbitrary(), pieces => IsAnswered(string.Join(' ', pieces))).QuickCheckThrowOnFailure();

    // The harder way: a beginning and an end that are right, and anything between.
    [Fact]
    public void Any_pieces_between_sound_ones_are_parsed_or_refused_but_never_throw() => Prop.ForAll(Gen.Elements(Pieces).ArrayOf().ToArbitrary(),
        pieces => IsAnswered($"{{ .a = 1 }} | {string.Join(' ', pieces)} | rate()") && IsAnswered($"({{ }} | rate() {string.Join(' ', pieces)} ) * 2")).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_is_parsed_or_refused_but_never_throws() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => IsAnswered(text ?? "")).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("{ undotted = 4 }", "parse error at line 1, col 3: syntax error: unexpected IDENTIFIER \"undotted\"")]
    [InlineData("{ name > 1s }", "parse error at line 1, col 8: binary operations must operate on the same type")]
    [InlineData("{ } | by(name) | by(name) | by(name)", "parse error at line 1, col 37: more than 3 pipeline stages")]
    [InlineData("{ } | select(.a, .b, .c, .d)", "parse error at line 1, col 26: more than 3 fields")]
    [InlineData("{ } | rate() by (.a, .b, .c, .d)", "parse error at line 1, col 30: more than 3 fields")]
    [InlineData("{ } | quantile_over_time(duration, 1.9)", "parse error at line 1, col 36: quantiles lie between 0 and 1")]
    public void Errors_name_place_and_reason(string query, string message)
    {
        TraceQlParser.TryParse(query, new TraceQlLimits { MaxStages = 3, MaxFields = 3 }, out var failure);
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
