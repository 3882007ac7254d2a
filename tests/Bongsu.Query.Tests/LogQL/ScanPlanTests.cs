using System.Text;
using Bongsu.Query.LogQL;
using Bongsu.Query.LogQL.Evaluation;
using Bongsu.Query.LogQL.Parsing;

namespace Bongsu.Query.Tests.LogQL;

public sealed class ScanPlanTests
{
    // The answer looks at the labels before the bar; null: lines are needed.
    [Theory]
    [InlineData("", "{a=\"x\"}", "")]
    [InlineData("*", "{a=\"x\"}", "")]
    [InlineData("env", "{a=\"x\"} |= \"t\" |~ \"u+\"", "")]
    [InlineData("env", "{a=\"x\"} != \"t\"", null)]
    [InlineData("", "{a=\"x\"} | json", "")]
    [InlineData("*", "{a=\"x\"} | json", null)]
    [InlineData("kind", "{a=\"x\"} |= \"t\" | json | level=\"ERROR\"", "kind")]
    [InlineData("kind", "{a=\"x\"} | json | level=\"ERROR\" | level!~\"W.*\"", "kind")]
    [InlineData("level", "{a=\"x\"} | json | level=\"ERROR\"", "level")]
    [InlineData("kind", "{a=\"x\"} | json | ms>5", "kind ms")]
    [InlineData("kind", "{a=\"x\"} | json | ms>5, level=\"ERROR\"", "kind level ms")]
    [InlineData("kind", "{a=\"x\"} | json | ms>5 or level=\"ERROR\"", "kind level ms")]
    [InlineData("kind", "{a=\"x\"} | json | drop kind | level=\"ERROR\"", "kind level")]
    [InlineData("kind", "{a=\"x\"} | level=\"ERROR\" | json", "kind level")]
    [InlineData("kind", "{a=\"x\"} | json | __error__=\"\"", "kind")]
    [InlineData("kind", "{a=\"x\"} | json | kind_extracted=\"y\"", null)]
    [InlineData("kind", "{a=\"x\"} | json | line_format \"y\"", null)]
    [InlineData("kind", "{a=\"x\"} | logfmt", null)]
    public void A_store_reads_no_field_but_those_that_matter_where_it_has_checked_the_rest(string answer, string query, string? fields)
    {
        var only = Plan(query, answer).OnlyFields();
        Assert.Equal(fields, only is null ? null : string.Join(' ', only.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("{a=\"x\"} | json |= \"needle\"", "needle", "")]
    [InlineData("{a=\"x\"} | json | level=\"ERROR\" |~ \"ne[ed]+les\"", "les", "level")]
    [InlineData("{a=\"x\"} | level=\"ERROR\" |= \"needle\" | json | ms>1", "needle", "ms")]
    [InlineData("{a=\"x\"} | line_format \"y\" |= \"needle\" | json | ms>1", "", "")]
    public void Texts_and_conditions_reach_the_store_wherever_they_stand_before_the_line_changes(string query, string needles, string fields)
    {
        var plan = Plan(query, "*");
        Assert.Equal(needles, string.Join(' ', plan.Needles?.Select(n => Encoding.UTF8.GetString(n.Span)) ?? []));
        Assert.Equal(fields, string.Join(' ', plan.Fields.Select(f => f.Name)));
    }

    [Fact]
    public void What_the_store_has_checked_is_not_checked_again_without_the_line()
    {
        var plan = Plan("{a=\"x\"} |= \"t\" | env=\"y\" | json | level=\"ERROR\" | ms>5 | level=\"ERROR\" , kind=\"k\" | __error__=\"\"", "kind");
        Assert.Equal(["| env=\"y\"", "| json", "| ms>5", "| __error__=\"\""], plan.StagesOfFields.Select(s => s.ToString()));
        Assert.Equal(["env", "kind", "level", "ms", "__error__"], plan.Wanted!.Order(StringComparer.OrdinalIgnoreCase).OrderBy(n => n[0] == '_'));
    }

    private static ScanPlan Plan(string query, string answer) =>
        ScanPlan.Of((LogExpr)LogQlParser.TryParse(query, new LogQlLimits(), out _)!, answer == "*" ? null : answer.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
