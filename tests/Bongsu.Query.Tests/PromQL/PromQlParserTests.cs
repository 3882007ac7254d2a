using Bongsu.Query.PromQL.Syntax;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.PromQL;

public sealed class PromQlParserTests
{
    [Theory]
    [InlineData("up", "up")]
    [InlineData("1_000 + 0x1F", "1000 + 31")]
    [InlineData("1h30m", "1h30m")]
    [InlineData("-1", "-1")]
    [InlineData("-foo ^ 2", "-foo ^ 2")]
    [InlineData("a+b*c^d^e", "a + b * c ^ d ^ e")]
    [InlineData("foo{a='b',c!=\"d\",e=~`f.*`,g!~\"h\",}", "foo{a=\"b\",c!=\"d\",e=~\"f.*\",g!~\"h\"}")]
    [InlineData("{\"http.requests\",\"http.method\"=\"GET\"}", "{\"http.method\"=\"GET\",__name__=\"http.requests\"}")]
    [InlineData("{__name__=\"up\"}", "{__name__=\"up\"}")]
    [InlineData("foo[5m] offset 1w @ 3.5", "foo[5m] @ 3.500 offset 1w")]
    [InlineData("foo offset -90s", "foo offset -1m30s")]
    [InlineData("foo[300]", "foo[5m]")]
    [InlineData("rate(foo[5m])[1h:1m] @ end()", "rate(foo[5m])[1h:1m] @ end()")]
    [InlineData("foo[1h:]", "foo[1h:]")]
    [InlineData("SUM (foo) BY (a, \"b c\")", "sum by (a, \"b c\") (foo)")]
    [InlineData("sum without() (foo)", "sum without () (foo)")]
    [InlineData("topk by(x)(3, foo)", "topk by (x) (3, foo)")]
    [InlineData("a / on(x) group_left(y) b", "a / on (x) group_left (y) b")]
    [InlineData("a > bool ignoring(x) b", "a > bool ignoring (x) b")]
    [InlineData("a AND b or c unless d", "a and b or c unless d")]
    [InlineData("a atan2 b", "a atan2 b")]
    [InlineData("sum", "sum")]
    [InlineData("by{by=\"by\"}", "by{by=\"by\"}")]
    [InlineData("job:rate:5m{}", "job:rate:5m")]
    [InlineData("foo # words\n + bar", "foo + bar")]
    [InlineData("'a\\'b\\x41\\u00e9\\n'", "\"a'bA\u00e9\\n\"")]
    [InlineData("Inf + -inf + NaN", "+Inf + -Inf + NaN")]
    [InlineData("1e21 + 1e-7", "1000000000000000000000 + 0.0000001")]
    [InlineData("foo[5m*2+1]", "foo[5m * 2 + 1]")]
    [InlineData("foo[(1h-STEP())/2:range()^2]", "foo[(1h - step()) / 2:range() ^ 2]")]
    [InlineData("foo[-5m+35m]", "foo[-5m + 35m]")]
    [InlineData("foo[-(5m-35m)]", "foo[-(5m - 35m)]")]
    [InlineData("foo[(5m)]", "foo[(5m)]")]
    [InlineData("foo offset 100 + 2", "foo offset 1m40s + 2")]
    [InlineData("foo offset (100 + 2)", "foo offset (100 + 2)")]
    [InlineData("foo offset -min_of(step(),1s)", "foo offset -min_of(step(), 1s)")]
    [InlineData("rate(foo[5m] offset 1m @ 3 anchored)", "rate(foo[5m] anchored @ 3.000 offset 1m)")]
    [InlineData("foo offset 1m smoothed @ end()", "foo @ end() smoothed offset 1m")]
    [InlineData("anchored + smoothed", "anchored + smoothed")]
    [InlineData("a + fill(0) b", "a + fill (0) b")]
    [InlineData("a + fill_right(-2) fill_left(1) b", "a + fill_left (1) fill_right (-2) b")]
    [InlineData("a > bool on(x) group_left(y) fill_left(NaN) b", "a > bool on (x) group_left (y) fill_left (NaN) b")]
    [InlineData("fill + fill_left", "fill + fill_left")]
    [InlineData("info(foo, {a=~\".*\"})", "info(foo, {a=~\".*\"})")]
    [InlineData("info(foo, {})", "info(foo, {})")]
    public void Prints_the_canonical_form_which_parses_to_itself(string query, string canonical)
    {
        var expr = Parsed(query);
        Assert.Equal(canonical, expr.ToString());
        Assert.Equal(canonical, Parsed(canonical).ToString());
    }

    [Theory]
    [InlineData("", "1:1: parse error: no expression found in input")]
    [InlineData("# only words", "1:1: parse error: no expression found in input")]
    [InlineData("foo bar", "1:5: parse error: unexpected identifier \"bar\"")]
    [InlineData("foo +\n* bar", "2:1: parse error: unexpected <op:*>")]
    [InlineData("(foo", "1:5: parse error: unclosed left parenthesis")]
    [InlineData("foo[5m", "1:7: parse error: unexpected end of input in duration expression")]
    [InlineData("foo[0]", "1:5: parse error: duration must be greater than 0")]
    [InlineData("foo[-5m]", "1:5: parse error: duration must be greater than 0")]
    [InlineData("(foo)[5m]", "1:6: parse error: ranges only allowed for vector selectors")]
    [InlineData("foo offset 1m[5m]", "1:14: parse error: no offset modifiers allowed before range")]
    [InlineData("foo offset 1m offset 2m", "1:1: parse error: offset may not be set multiple times")]
    [InlineData("1 offset 1m", "1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery")]
    [InlineData("{}", "1:1: parse error: vector selector must contain at least one non-empty matcher")]
    [InlineData("{a=~\".*\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher")]
    [InlineData("foo{__name__=\"bar\"}", "1:1: parse error: metric name must not be set twice: \"foo\" or \"bar\"")]
    [InlineData("foo{a=1}", "1:7: parse error: unexpected character inside braces: '1'")]
    [InlineData("nope(foo)", "1:1: parse error: unknown function with name \"nope\"")]
    [InlineData("rate(foo)", "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector")]
    [InlineData("rate()", "1:1: parse error: expected 1 argument(s) in call to \"rate\", got 0")]
    [InlineData("round(foo, 1, 2)", "1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3")]
    [InlineData("label_join(foo, \"a\")", "1:1: parse error: expected at least 3 argument(s) in call to \"label_join\", got 2")]
    [InlineData("sum(1)", "1:5: parse error: expected type instant vector in aggregation expression, got scalar")]
    [InlineData("topk(foo)", "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1")]
    [InlineData("1 > 2", "1:3: parse error: comparisons between scalars must use BOOL modifier")]
    [InlineData("foo + bool bar", "1:5: parse error: bool modifier can only be used on comparison operators")]
    [InlineData("1 and foo", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression")]
    [InlineData("foo and on(a) group_left(b) bar", "1:1: parse error: no grouping allowed for \"and\" operation")]
    [InlineData("foo + on(a) group_left(a) bar", "1:5: parse error: label \"a\" must not occur in ON and GROUP clause at once")]
    [InlineData("\"a\" + 1", "1:1: parse error: binary expression must contain only scalar and instant vector types")]
    [InlineData("-\"a\"", "1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"string\"")]
    [InlineData("1[5m:1m]", "1:1: parse error: subquery is only allowed on instant vector, got scalar instead")]
    [InlineData("\"abc", "1:1: parse error: unterminated quoted string")]
    [InlineData("foo & bar", "1:5: parse error: unexpected character: '&'")]
    [InlineData("5mm", "1:1: parse error: bad number or duration syntax: \"5mm\"")]
    [InlineData("foo[99999999999y]", "1:5: parse error: bad number or duration syntax: \"99999999999y\"")]
    [InlineData("foo @ 1e30", "1:1: parse error: timestamp out of bounds for @ modifier: 1000000000000000019884624838656.000000")]
    [InlineData("foo[1/0]", "1:6: parse error: division by zero")]
    [InlineData("foo[1%0]", "1:6: parse error: modulo by zero")]
    [InlineData("foo[min_of(1)]", "1:13: parse error: unexpected \")\" in subquery or range selector, expected \",\"")]
    [InlineData("foo[300000000000]", "1:5: parse error: duration out of range")]
    [InlineData("foo offset", "1:11: parse error: unexpected end of input in offset, expected number, duration, step(), or range()")]
    [InlineData("foo]", "1:4: parse error: unexpected right bracket ']'")]
    [InlineData("foo)", "1:4: parse error: unexpected right parenthesis ')'")]
    [InlineData("foo{a=\"b\"", "1:10: parse error: unexpected end of input inside braces")]
    [InlineData("foo by", "1:5: parse error: unexpected <by>")]
    [InlineData("a + atan2", "1:5: parse error: unexpected <op:atan2>")]
    [InlineData("ignoring(a)", "1:1: parse error: unexpected <ignoring>")]
    [InlineData("rate(foo[5m] smoothed)", "1:6: parse error: smoothed modifier is experimental and not enabled: it needs --promql-experimental")]
    [InlineData("a + fill(1) b", "1:5: parse error: binop fill modifiers are experimental and not enabled: it needs --promql-experimental")]
    [InlineData("limitk(1, foo)", "1:1: parse error: limitk() is experimental and must be enabled with --promql-experimental")]
    [InlineData("info(foo)", "1:1: parse error: function \"info\" is not enabled: it needs --promql-experimental")]
    public void Says_what_is_wrong_and_where(string query, string error)
    {
        var (expr, said) = PromQlParser.Parse(query);
        Assert.Null(expr);
        Assert.Equal(error, said);
    }

    [Theory]
    [InlineData("foo[5m:] anchored", "1:1: parse error: anchored modifier is not supported for subqueries")]
    [InlineData("1 smoothed", "1:1: parse error: smoothed modifier not implemented")]
    [InlineData("foo anchored smoothed", "1:1: parse error: anchored and smoothed modifiers cannot be used together")]
    [InlineData("a and fill(1) b", "1:1: parse error: filling in missing series not allowed for set operators")]
    [InlineData("a + fill(1) 2", "1:1: parse error: filling in missing series only allowed between instant vectors")]
    [InlineData("a + fill(b) c", "1:10: parse error: unexpected identifier \"b\" in fill modifier, expected number")]
    [InlineData("info(foo, bar)", "1:11: parse error: expected label selectors only, got vector selector instead")]
    [InlineData("info(foo, sum(bar))", "1:11: parse error: expected label selectors only")]
    [InlineData("info(foo, 1)", "1:11: parse error: expected type instant vector in call to function \"info\", got scalar")]
    [InlineData("histogram_quantiles(foo, \"q\")", "1:1: parse error: expected at least 3 argument(s) in call to \"histogram_quantiles\", got 2")]
    public void Says_what_is_wrong_with_experimental_syntax(string query, string error) => Assert.Equal(error, PromQlParser.Parse(query, true).Error);

    [Theory]
    [InlineData("foo{a=~\"(\"}", "1:8: parse error: error parsing regexp:")]
    [InlineData("foo{a=~\"(a)\\\\1\"}", "1:8: parse error: error parsing regexp:")]
    public void Bad_regular_expressions_are_parse_errors(string query, string error) =>
        Assert.StartsWith(error, PromQlParser.Parse(query).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("(", "foo", ")")]
    [InlineData("sum(", "foo", ")")]
    [InlineData("-", "foo", "")]
    [InlineData("", "1", " + 1")]
    [InlineData("", "1", " ^ 1")]
    [InlineData("", "foo", "[1h:]")]
    [InlineData("sum_over_time(", "foo", "[1h:])")]
    public void Depth_is_limited_whatever_nests(string before, string core, string after)
    {
        var query = string.Concat(Enumerable.Repeat(before, 3_000)) + core + string.Concat(Enumerable.Repeat(after, 3_000));
        Assert.Matches("nested deeper than 250 levels|subquery is only allowed", PromQlParser.Parse(query).Error);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("min_of(1,", ")")]
    [InlineData("1+", "")]
    [InlineData("-", "")]
    [InlineData("2^", "")]
    public void Depth_of_durations_is_limited(string before, string after)
    {
        var query = "foo[" + string.Concat(Enumerable.Repeat(before, 3_000)) + "1" + string.Concat(Enumerable.Repeat(after, 3_000)) + "]";
        Assert.Matches("nested deeper than 250 levels", PromQlParser.Parse(query).Error);
    }

    [Theory]
    [InlineData("foo{", "a=\"b\",", "}", 1_000, "query names more than 1000 labels")]
    [InlineData("sum by (", "a,", ") (foo)", 1_000, "query names more than 1000 labels")]
    [InlineData("foo{", "a!~\"b\",", "}", 250, "query has more than 250 regular expressions")]
    public void Labels_and_regular_expressions_are_limited(string before, string label, string after, int most, string error)
    {
        Assert.Null(PromQlParser.Parse(before + string.Concat(Enumerable.Repeat(label, most)) + after).Error);
        Assert.EndsWith(error, PromQlParser.Parse(before + string.Concat(Enumerable.Repeat(label, most + 1)) + after).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Length_is_limited() =>
        Assert.Equal("1:1: parse error: query of 70000 characters; the limit is 65536", PromQlParser.Parse(new string('a', 70_000)).Error);

    [Fact]
    public void Any_text_gives_an_expression_or_an_error() => Prop.ForAll<string>(text =>
    {
        var (expr, error) = PromQlParser.Parse(text ?? "");
        return expr is null != error is null;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_words_of_the_language_give_an_expression_that_prints_to_itself_or_an_error()
    {
        string[] words = ["foo", "sum", "by", "(", ")", "{", "}", "a", "=", "\"b\"", "[", "]", "5m", ":", "1", "+", "-", "^", "and", "on", "group_left", "offset",
            "@", "start()", ",", "rate(", "topk(", "bool", "==", "=~", "'x.*'", "foo[5m]", "\n", "# x\n", "inf", "atan2", "</",
            "step()", "min_of(", "*", "fill(0)", "anchored", "smoothed", "info(", "foo["];
        var texts = Gen.Elements(words).ListOf().Select(list => string.Join(' ', list)).ToArbitrary();
        Prop.ForAll(texts, text =>
        {
            var (expr, error) = PromQlParser.Parse(text, experimental: true);
            return expr is null ? error is not null : Parsed(expr.ToString()).ToString() == expr.ToString();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
    }

    private static PromExpr Parsed(string query)
    {
        var (expr, error) = PromQlParser.Parse(query, experimental: true);
        Assert.True(error is null, $"{query}: {error}");
        return expr!;
    }
}
