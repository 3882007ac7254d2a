using Bongsu.Ingest.Scrape.Relabel;

namespace Bongsu.Ingest.Tests.Scrape;

public sealed class RelabelTests
{
    [Fact]
    public void Replace_takes_groups_by_number_and_by_name()
    {
        Assert.Equal("a=x-y b=host:90 c=host", Run("b=host:90", new RelabelRuleText { SourceLabels = ["b"], Regex = "(.+):\\d+", TargetLabel = "c" }, new RelabelRuleText { TargetLabel = "a", Replacement = "x-y" }));
        Assert.Equal("b=k1:v2 out=v2/k1", Run("b=k1:v2", new RelabelRuleText { SourceLabels = ["b"], Regex = "(?P<key>.*):(?P<value>.*)", TargetLabel = "out", Replacement = "${value}/$key" }));
        Assert.Equal("b=k1:v2 out=k1,v2", Run("b=k1:v2", new RelabelRuleText { SourceLabels = ["b"], Regex = "(?P<key>.*):(.*)", TargetLabel = "out", Replacement = "$1,$2" }));
        Assert.Equal("b=1 out=$1", Run("b=1", new RelabelRuleText { SourceLabels = ["b"], TargetLabel = "out", Replacement = "$$1" }));
        Assert.Equal("b=1", Run("b=1", new RelabelRuleText { SourceLabels = ["b"], TargetLabel = "out", Replacement = "$1x" }));
        Assert.Equal("b=1 out=1x", Run("b=1", new RelabelRuleText { SourceLabels = ["b"], TargetLabel = "out", Replacement = "${1}x" }));
    }

    [Fact]
    public void Replace_is_anchored_and_joins_its_sources()
    {
        Assert.Equal("b=foobar", Run("b=foobar", new RelabelRuleText { SourceLabels = ["b"], Regex = "foo", TargetLabel = "out", Replacement = "hit" }));
        Assert.Equal("a=1 b=2 out=1;2;", Run("a=1 b=2", new RelabelRuleText { SourceLabels = ["a", "b", "none"], TargetLabel = "out" }));
        Assert.Equal("a=1 b=2 out=1-2", Run("a=1 b=2", new RelabelRuleText { SourceLabels = ["a", "b"], Separator = "-", TargetLabel = "out" }));
    }

    [Fact]
    public void Replace_by_nothing_removes_and_the_target_may_be_a_template()
    {
        Assert.Equal("a=1", Run("a=1 b=2", new RelabelRuleText { SourceLabels = ["a"], TargetLabel = "b", Replacement = "" }));
        Assert.Equal("a=x l_x=x", Run("a=x", new RelabelRuleText { SourceLabels = ["a"], TargetLabel = "l_$1" }));
        Assert.Equal("a=1", Run("a=1 b=2", new RelabelRuleText { SourceLabels = ["none"], TargetLabel = "b" }));
    }

    [Theory]
    [InlineData(RelabelAction.Keep, "yes", "a=yes")]
    [InlineData(RelabelAction.Keep, "no", "(dropped)")]
    [InlineData(RelabelAction.Keep, "ye", "(dropped)")]
    [InlineData(RelabelAction.Drop, "yes", "(dropped)")]
    [InlineData(RelabelAction.Drop, "ye", "a=yes")]
    public void Keep_and_drop_match_all_of_the_value(RelabelAction action, string regex, string expected) =>
        Assert.Equal(expected, Run("a=yes", new RelabelRuleText { SourceLabels = ["a"], Regex = regex, Action = action }));

    [Fact]
    public void Keep_and_drop_equal_compare_labels()
    {
        Assert.Equal("a=1 b=1", Run("a=1 b=1", new RelabelRuleText { SourceLabels = ["a"], TargetLabel = "b", Action = RelabelAction.KeepEqual }));
        Assert.Equal("(dropped)", Run("a=1 b=2", new RelabelRuleText { SourceLabels = ["a"], TargetLabel = "b", Action = RelabelAction.KeepEqual }));
        Assert.Equal("(dropped)", Run("a=1 b=1", new RelabelRuleText { SourceLabels = ["a"], TargetLabel = "b", Action = RelabelAction.DropEqual }));
        Assert.Equal("a=1 b=2", Run("a=1 b=2", new RelabelRuleText { SourceLabels = ["a"], TargetLabel = "b", Action = RelabelAction.DropEqual }));
    }

    // `printf foo | md5sum` ends with edef654fccc4a4d8, which is 17145033699835028696.
    [Fact]
    public void Hashmod_gives_the_shard_that_Prometheus_gives()
    {
        Assert.Equal("a=foo shard=696", Run("a=foo", new RelabelRuleText { SourceLabels = ["a"], TargetLabel = "shard", Modulus = 1000, Action = RelabelAction.HashMod }));
    }

    [Fact]
    public void Labels_are_mapped_dropped_and_kept_by_name()
    {
        Assert.Equal("__meta_x=1 __meta_y=2 x=1 y=2", Run("__meta_x=1 __meta_y=2", new RelabelRuleText { Regex = "__meta_(.+)", Action = RelabelAction.LabelMap }));
        Assert.Equal("b=2", Run("a1=1 a2=1 b=2", new RelabelRuleText { Regex = "a.", Action = RelabelAction.LabelDrop }));
        Assert.Equal("a1=1 a2=1", Run("a1=1 a2=1 b=2", new RelabelRuleText { Regex = "a.", Action = RelabelAction.LabelKeep }));
    }

    [Fact]
    public void Case_is_changed()
    {
        Assert.Equal("a=MiXed out=mixed", Run("a=MiXed", new RelabelRuleText { SourceLabels = ["a"], TargetLabel = "out", Action = RelabelAction.Lowercase }));
        Assert.Equal("a=MiXed out=MIXED", Run("a=MiXed", new RelabelRuleText { SourceLabels = ["a"], TargetLabel = "out", Action = RelabelAction.Uppercase }));
    }

    [Fact]
    public void Errors_are_those_of_Prometheus()
    {
        Check("relabel configuration for hashmod requires non-zero modulus", new() { Action = RelabelAction.HashMod, TargetLabel = "x" });
        Check("relabel configuration for replace action requires 'target_label' value", new());
        Check("relabel configuration for keepequal action requires 'target_label' value", new() { Action = RelabelAction.KeepEqual });
        Check("\"a-$1\" is invalid 'target_label' for replace action", new() { TargetLabel = "a-$1" });
        Check("'replacement' can not be set for lowercase action", new() { Action = RelabelAction.Lowercase, TargetLabel = "x", Replacement = "y" });
        Check("\"1$\" is invalid 'replacement' for labelmap action", new() { Action = RelabelAction.LabelMap, Replacement = "1$" });
        Check("dropequal action requires only 'source_labels' and `target_label`, and no other fields", new() { Action = RelabelAction.DropEqual, TargetLabel = "x", Regex = "y" });
        Check("labeldrop action requires only 'regex', and no other fields", new() { Action = RelabelAction.LabelDrop, SourceLabels = ["a"] });
        Check("labelkeep action requires only 'regex', and no other fields", new() { Action = RelabelAction.LabelKeep, TargetLabel = "a" });
        Assert.Null(RelabelRule.Create(new() { TargetLabel = "a", Regex = "(" }, out var error));
        Assert.StartsWith("error parsing regexp: ", error);
    }

    private static string Run(string labels, params RelabelRuleText[] rules)
    {
        var set = new RelabelLabels(labels.Split(' ').Select(l => l.Split('=')).Select(l => KeyValuePair.Create(l[0], l[1])));
        var made = rules.Select(r => RelabelRule.Create(r, out var error) ?? throw new InvalidOperationException(error)).ToList();
        return RelabelRule.Apply(made, set) ? string.Join(' ', set.All.Select(l => $"{l.Key}={l.Value}")) : "(dropped)";
    }

    private static void Check(string expected, RelabelRuleText rule)
    {
        Assert.Null(RelabelRule.Create(rule, out var error));
        Assert.Equal(expected, error);
    }
}
