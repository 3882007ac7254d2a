using Bongsu.Query.LogQL;
using Bongsu.Query.LogQL.Parsing;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.LogQL;

public sealed class LogQlParserTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "(", ")", "[5m]", "a", "=", "=~", "\"x\"", "\"(\"", "|", "|=", "!~", "json", "logfmt", "unwrap", "rate", "sum", "by", "topk", "3", "10KB", ",", "or", "line_format",
        "\"{{.a}}\"", "\"{{\"", "offset", "drop", "ip", "-", "/", "and", "#", "'",
    ];

    [Fact]
    public void Any_run_of_pieces_is_parsed_or_refused_but_never_throws() =>
        Prop.ForAll(Gen.Elements(Pieces).ArrayOf().ToArbitrary(), pieces => IsAnswered(string.Join(' ', pieces))).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_is_parsed_or_refused_but_never_throws() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => IsAnswered(text ?? "")).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("{a=\"b\"} |= x", "parse error at line 1, col 12: syntax error: unexpected IDENTIFIER, expecting STRING")]
    [InlineData("{a=\"b\"}\n| json |", "parse error at line 2, col 9: syntax error: unexpected $end, expecting IDENTIFIER")]
    [InlineData("{a=~\".*\"}", "parse error : queries require at least one regexp or equality matcher")]
    [InlineData("sum(rate({a=\"b\"}[5x]))", "parse error at line 1, col 18: not a valid duration string: \"5x\"")]
    [InlineData("nosuch({a=\"b\"}[5m])", "parse error at line 1, col 1: syntax error: unexpected IDENTIFIER (nosuch")]
    public void Errors_name_place_and_reason(string query, string message)
    {
        LogQlParser.TryParse(query, new LogQlLimits(), out var failure);
        Assert.StartsWith(message, failure!.Message);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("-(", ")")]
    public void Nesting_has_a_limit(string open, string close)
    {
        var query = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        LogQlParser.TryParse(query, new LogQlLimits { MaxQueryLength = 1_000_000 }, out var failure);
        Assert.NotNull(failure);
    }

    private static bool IsAnswered(string text) => LogQlParser.TryParse(text, new LogQlLimits(), out var failure) is null == failure is not null;
}
