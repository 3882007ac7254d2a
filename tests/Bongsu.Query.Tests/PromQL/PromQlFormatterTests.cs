using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.Tests.PromQL;

public sealed class PromQlFormatterTests
{
    [Fact]
    public void What_fits_stays_in_one_line() => Assert.Equal("sum by (a) (rate(x[5m])) / 2", Format("sum(rate(x[5m])) by(a)/2"));

    [Theory]
    [InlineData("sum by (job) (requests_total{a=\"b\"})", """
        sum by (job) (
          requests_total{a="b"}
        )
        """)]
    [InlineData("topk(3, sum(requests_total))", """
        topk(
          3,
          sum(requests_total)
        )
        """)]
    [InlineData("requests_total_of_a{a=\"b\"} / on(x) group_left requests_total", """
          requests_total_of_a{a="b"}
        / on (x) group_left ()
          requests_total
        """)]
    [InlineData("-(requests_total_of_a + requests_total)", """
        -(
            requests_total_of_a
          +
            requests_total
        )
        """)]
    [InlineData("max_over_time(rate(requests_total[5m])[1h:1m] offset 1m)", """
        max_over_time(
          rate(
            requests_total[5m]
          )[1h:1m] offset 1m
        )
        """)]
    [InlineData("label_replace(x, \"a\", \"$1\", \"b\", \"(.*)\")", """
        label_replace(
          x,
          "a",
          "$1",
          "b",
          "(.*)"
        )
        """)]
    public void What_does_not_is_split(string query, string lines) =>
        Assert.Equal(lines.ReplaceLineEndings("\n"), new PromQlFormatter(20).Lay(PromQlParser.Parse(query).Expr!, 0));

    [Fact]
    public void What_is_laid_out_parses_to_the_same()
    {
        const string query = "histogram_quantile(0.99, sum by (le, job) (rate(request_duration_seconds_bucket{job=~\"api|web\", code!=\"500\"}[5m]))) > bool "
            + "on (job) group_left (team) max by (job, team) (avg_over_time(target_seconds[1d:5m] @ end() offset 1h) or vector(1))";
        var laid = Format(query);
        Assert.True(laid.Split('\n').Length > 5);
        Assert.Equal(PromQlParser.Parse(query).Expr!.ToString(), PromQlParser.Parse(laid).Expr!.ToString());
    }

    private static string Format(string query) => PromQlFormatter.Format(PromQlParser.Parse(query).Expr!);
}
