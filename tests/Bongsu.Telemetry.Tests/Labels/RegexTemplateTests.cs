using Bongsu.Telemetry.Labels;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Telemetry.Tests.Labels;

public sealed class RegexTemplateTests
{
    [Fact]
    public void Groups_are_counted_as_RE2_counts_them()
    {
        Assert.Equal(["0", "name", "1", "2", "other"], RegexTemplate.GroupsOf(@"(?P<name>a)(b)\((?:c)[(](d)(?<other>e)\Q(\E(?i:x)"));
        Prop.ForAll<string>(text =>
        {
            RegexTemplate.GroupsOf(text ?? "");
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("$1-$2-$3", "a-b-c")]
    [InlineData("${1}x$name", "axb")]
    [InlineData("$1x", "")]
    [InlineData("$$1 $ ${ ${1", "$1 $ ${ ${1")]
    [InlineData("$0 $9", "abc ")]
    public void References_are_filled_as_Go_fills_them(string template, string expected)
    {
        const string Expression = "(a)(?P<name>b)(c)";
        var filled = new RegexTemplate(template, RegexTemplate.GroupsOf(Expression)).Expand(LinearRegex.Anchored(Expression).Match("abc"));
        Assert.Equal(expected, filled);
    }
}
