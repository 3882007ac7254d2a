using Bongsu.Response.Configuration;
using Bongsu.Response.Notify;
using Bongsu.Response.Rules;
using Bongsu.Response.Slos;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Response.Tests.Configuration;

public sealed class ConfigProblemTests
{
    [Fact]
    public void All_problems_of_an_slo_file_are_named_at_once()
    {
        var problems = new List<ConfigProblem>();
        SloFile.Parse("slos/shop.yaml", """
            slos:
              - service: payments
                name: availability
                objective: 0.999
                windwo: 28d
                sli:
                  availability: {}
              - service: orders
                name: fast
                objective: 99
                sli:
                  latency: {threshold: 300 ms}
                alert: {profile: workbok}
              - name: x
                objective: 101
                sli: {bad: errors_total}
            """, problems);
        Assert.Equal(
            [
                "slos/shop.yaml:4: slos[0].objective: 0.999 percent would allow almost everything to fail; give percent: did you mean 99.9?",
                "slos/shop.yaml:5: slos[0].windwo: is not a known key; did you mean window?",
                "slos/shop.yaml:12: slos[1].sli.latency.threshold: \"300 ms\" is not a duration; write it as 300ms, 5m, 1h30m or 28d",
                "slos/shop.yaml:13: slos[1].alert.profile: \"workbok\" is not one of workbook, demo; did you mean workbook?",
                "slos/shop.yaml:14: slos[2].service: is missing; add service:",
                "slos/shop.yaml:15: slos[2].objective: 101 is not between 0 and 100; give percent, such as 99.9; 100 leaves no budget to alert on",
                "slos/shop.yaml:16: slos[2].sli.total: is missing; add the counter of all events",
            ],
            problems.Select(p => p.ToString()));
    }

    [Fact]
    public void Counters_of_an_objective_are_checked_where_they_stand()
    {
        var problems = new List<ConfigProblem>();
        var slos = SloFile.Parse("slos/shop.yaml", """
            slos:
              - service: gateway
                name: checkout
                objective: 99.9
                sli:
                  bad: sum(errors_total)
                  total: requests_total{
              - service: gateway
                name: raw
                objective: 99.9
                sli:
                  good: rate(good_total[$window])[5m:]
                  total: sum(increase(requests_total[{{.window}}]))
              - service: gateway
                name: fine
                objective: 99.9
                sli:
                  bad: sum(increase(errors_total[$window]))
                  total: requests_total{route="/checkout"}
            """, problems).ToList();
        Assert.Equal(["slos/shop.yaml:6: slos[0].sli.bad:", "slos/shop.yaml:7: slos[0].sli.total:", "slos/shop.yaml:12: slos[1].sli.good:"],
            problems.Select(p => p.ToString()[..(p.ToString().IndexOf(p.Key, StringComparison.Ordinal) + p.Key.Length + 1)]));
        Assert.Equal("\"sum(errors_total)\" is not a counter selector", problems[0].Message);
        Assert.Contains("http_requests_total{code=~\"5..\"}", problems[0].Fix, StringComparison.Ordinal);
        Assert.Contains("1:16: parse error", problems[1].Message, StringComparison.Ordinal);
        Assert.Contains("a range vector", problems[2].Message, StringComparison.Ordinal);
        Assert.Equal(0.999, slos[2].Objective);
    }

    [Fact]
    public void Expressions_of_rules_are_checked_where_they_stand()
    {
        var problems = new List<ConfigProblem>();
        RuleFile.Parse("rules/shop.yaml", """
            groups:
              - name: shop
                rules:
                  - record: a
                    expr: sum(rate(x[5m])
                  - alert: B
                    expr: x[5m]
                  - alert: C
                    expr: x > 1
            """, problems);
        Assert.Equal([("groups[0].rules[0].expr", 5), ("groups[0].rules[1].expr", 7)], problems.Select(p => (p.Key, p.Line)));
        Assert.StartsWith("is no PromQL: 1:", problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("a range vector", problems[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_of_routes_are_named_at_once()
    {
        var problems = new List<ConfigProblem>();
        NotifyConfigFile.Parse("alertmanager.yaml", """
            route:
              receiver: opps
              group_interval: 0s
              routes:
                - matchers: ['severity=~"("', 'team']
            receivers:
              - name: ops
                webhook_configs:
                  - url: ftp://example
                slack_configs: []
            """, problems);
        var text = problems.Select(p => p.ToString()).ToList();
        Assert.Contains("alertmanager.yaml:2: route.receiver: there is no receiver opps; did you mean ops?", text);
        Assert.Contains("alertmanager.yaml:3: route.group_interval: is zero; give at least 1s", text);
        Assert.Contains("alertmanager.yaml:9: receivers[0].webhook_configs[0].url: \"ftp://example\" is no http or https address; write it as https://host/path", text);
        Assert.Contains(text, t => t.StartsWith("alertmanager.yaml:10: receivers[0].slack_configs: is not a known key", StringComparison.Ordinal));
        Assert.Contains(text, t => t.Contains("\"team\" is no matcher", StringComparison.Ordinal));
        Assert.Contains(text, t => t.Contains("no regular expression", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("slos: [")]
    [InlineData("a: &x 1\nslos: *x")]
    [InlineData("- 1")]
    [InlineData("slos: []\nslos: []")]
    public void Broken_shapes_are_one_problem_with_a_line(string text)
    {
        var problems = new List<ConfigProblem>();
        SloFile.Parse("f.yaml", text, problems);
        Assert.NotEmpty(problems);
        Assert.All(problems, p => Assert.True(p.Line > 0, p.ToString()));
    }

    [Fact]
    public void Deep_nesting_is_refused_without_using_the_stack()
    {
        var problems = new List<ConfigProblem>();
        SloFile.Parse("f.yaml", "slos: " + new string('[', 200_000), problems);
        Assert.NotEmpty(problems);
    }

    [Fact]
    public void No_text_ever_throws() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
    {
        var problems = new List<ConfigProblem>();
        foreach (var content in new[] { text ?? "", "slos:\n  - " + text, "groups:\n  - name: " + text })
        {
            SloFile.Parse("f", content, problems);
            RuleFile.Parse("f", content, problems);
            NotifyConfigFile.Parse("f", content, problems);
        }
        return true;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("1h30m", 5400)]
    [InlineData("28d", 2419200)]
    [InlineData("300ms", 0.3)]
    public void Durations_read_and_write_back(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
        Assert.Equal(text, DurationText.Format(duration));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("1m1h")]
    [InlineData("1h1h")]
    [InlineData("-1h")]
    [InlineData("99999999999999d")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));
}
