using Bongsu.Query.LogQL;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.Tests.Golden;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.LogQL;

public sealed class LogQlPrinterTests
{
    [Theory]
    [InlineData("{a=\"b\"}|=\"x\"|json|status>=400", "{a=\"b\"} |= \"x\" | json | status>=400")]
    [InlineData("{a=`b`,c!~'d\\\\.'}  # why", "{a=\"b\", c!~\"d\\\\.\"}")]
    [InlineData("{a=\"b\"} |= `a\"b` or ip(\"::1\") !> \"<_>x\"", "{a=\"b\"} |= \"a\\\"b\" or ip(\"::1\") !> \"<_>x\"")]
    [InlineData("{a=\"b\"}|logfmt --strict  --keep-empty x, y=\"z.w\"|json q=\"a[0]\"", "{a=\"b\"} | logfmt --strict --keep-empty x=\"x\",y=\"z.w\" | json q=\"a[0]\"")]
    [InlineData("{a=\"b\"} | x=1 and y=\"2\" or z>90s | w<=640KiB", "{a=\"b\"} | ( ( x==1 , y=\"2\" ) or z>1m30s ) | w<=640KiB")]
    [InlineData("{a=\"b\"} | drop x, y=\"z\" | keep q | label_format n=m,o=\"{{.p}}\" | line_format `{{.a}}`", "{a=\"b\"} | drop x,y=\"z\" | keep q | label_format n=m,o=\"{{.p}}\" | line_format \"{{.a}}\"")]
    [InlineData("{a=\"b\"} | regexp \"(?P<x>.)\" | pattern \"<y>-\" | unpack | decolorize | p!=ip(\"10.0.0.0/8\")", "{a=\"b\"} | regexp \"(?P<x>.)\" | pattern \"<y>-\" | unpack | decolorize | p!=ip(\"10.0.0.0/8\")")]
    [InlineData("sum(rate({a=\"b\"}[90m] offset -1w)) by (x,y)", "sum by (x,y)(rate({a=\"b\"}[1h30m] offset -1w))")]
    [InlineData("quantile_over_time(0.99,{a=\"b\"}|json|unwrap bytes(s)|__error__=\"\"[8d])by(c)", "quantile_over_time(0.99,{a=\"b\"} | json | unwrap bytes(s) | __error__=\"\"[8d]) by (c)")]
    [InlineData("topk(2,rate({a=\"b\"}[1s]))>bool 1+vector(2)", "(topk(2,rate({a=\"b\"}[1s])) > bool (1 + vector(2)))")]
    [InlineData("rate({a=\"b\"}[1s])/ignoring(x)group_left(y)rate({a=\"c\"}[1s])", "(rate({a=\"b\"}[1s]) / ignoring (x) group_left (y) rate({a=\"c\"}[1s]))")]
    public void Short_queries_stand_in_one_line(string query, string expected) => Assert.Equal(expected, Format(query));

    [Fact]
    public void Long_queries_are_broken_at_stages_and_arguments()
    {
        const string Query = "topk(5, sum by (cluster) (quantile_over_time(0.99, {container=\"ingress-nginx\",service=\"hosted-grafana\"} | json | " +
            "level=\"error\" and message=~\"a long expression that takes its space.*\" | unwrap response_latency_seconds | __error__=\"\"[1m] offset 5m) by (cluster, host))) > (1 + 2) * 3";
        const string Expected = """
              topk(
                5,
                sum by (cluster)(
                  quantile_over_time(
                    0.99,
                    {container="ingress-nginx", service="hosted-grafana"}
                      | json
                      | ( level="error" , message=~"a long expression that takes its space.*" )
                      | unwrap response_latency_seconds
                      | __error__="" [1m] offset 5m
                  ) by (cluster,host)
                )
              )
            >
              ((1 + 2) * 3)
            """;
        Assert.Equal(Expected.ReplaceLineEndings("\n"), Format(Query));
    }

    [Fact]
    public void What_is_printed_reads_back_the_same()
    {
        var queries = GoldenBlock.Queries("logql").Where(q => LogQlParser.TryParse(q, new LogQlLimits(), out _) is not null).ToArray();
        Assert.True(queries.Length > 100);
        Assert.All(queries, IsStable);
        Prop.ForAll(QueryMutation.Of(queries), query => IsStable(query)).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    // Both forms, since the broken one is what a long query is read back from.
    private static void IsStable(string query)
    {
        if (LogQlParser.TryParse(query, new LogQlLimits(), out _) is not { } expr)
            return;
        var line = LogQlPrinter.Line(expr);
        Assert.Equal(line, LogQlPrinter.Line(Parse(line)));
        Assert.Equal(line, LogQlPrinter.Line(Parse(LogQlPrinter.Format(expr))));
    }

    private static string Format(string query) => LogQlPrinter.Format(Parse(query));

    private static LogQlExpr Parse(string query)
    {
        var expr = LogQlParser.TryParse(query, new LogQlLimits(), out var failure);
        Assert.True(expr is not null, $"{failure?.Message}: {query}");
        return expr;
    }
}
