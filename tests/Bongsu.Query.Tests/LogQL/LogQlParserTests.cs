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

    // Each would be a level of recursion, or a cost for every line: a chain of 20,000 operators once ended the process.
    [Theory]
    [InlineData("1", "+1", "")]
    [InlineData("rate({a=\"b\"}[5m])", " or rate({a=\"b\"}[5m])", "")]
    [InlineData("{a=\"b\"} | c=1", " or c=1", "")]
    [InlineData("{a=\"b\"} | c=1", " and c=1", "")]
    [InlineData("{a=\"b\"} | c=1", ",c=1", "")]
    [InlineData("{a=\"b\"} | c=1", " c=1", "")]
    [InlineData("{a=\"b\"", ",c!~\"x{1000}\"", "}")]
    [InlineData("{a=\"b\"} |= \"x\"", " or \"x\"", "")]
    [InlineData("{a=\"b\"} | json c", ",d", "")]
    [InlineData("{a=\"b\"} | drop c", ",d", "")]
    [InlineData("sum by (c", ",d", ") (rate({a=\"b\"}[5m]))")]
    public void Parts_have_a_limit(string start, string part, string end)
    {
        var limits = new LogQlLimits { MaxQueryLength = 1_000_000, MaxParts = 30 };
        Assert.NotNull(LogQlParser.TryParse(start + string.Concat(Enumerable.Repeat(part, 10)) + end, limits, out _));
        LogQlParser.TryParse(start + string.Concat(Enumerable.Repeat(part, 20_000)) + end, limits, out var failure);
        Assert.Contains("more than 30 operators, matchers, alternatives and labels", failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Filters_behind_unwrap_count_as_stages()
    {
        LogQlParser.TryParse("rate({a=\"b\"} | unwrap c" + string.Concat(Enumerable.Repeat(" | d=1", 500)) + " [5m])", new LogQlLimits(), out var failure);
        Assert.Contains("more than 200 pipeline stages", failure!.Message, StringComparison.Ordinal);
    }

    private static bool IsAnswered(string text) => LogQlParser.TryParse(text, new LogQlLimits(), out var failure) is null == failure is not null;
}
