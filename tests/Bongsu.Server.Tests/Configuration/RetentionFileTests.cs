using Bongsu.Response.Configuration;
using Bongsu.Server.Configuration;
using Bongsu.Storage;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Server.Tests.Configuration;

public sealed class RetentionFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bongsu-retention-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Reads_how_long_matching_metrics_are_kept()
    {
        var (rules, problems) = Read("""
            metrics:
              - match: '{__name__=~"debug_.+"}'
                keep: 1d
              - match: 'invoices_total{env="prod"}'
                keep: 0
            """);
        Assert.Empty(problems);
        Assert.Equal([TimeSpan.FromDays(1), TimeSpan.Zero], rules.Select(r => r.Retention));
        Assert.True(LabelMatcher.MatchesAll(rules[1].Matchers, LabelSet.Of(("__name__", "invoices_total"), ("env", "prod"))));
        Assert.False(LabelMatcher.MatchesAll(rules[1].Matchers, LabelSet.Of(("__name__", "invoices_total"), ("env", "test"))));
    }

    [Fact]
    public void Without_the_file_all_are_kept_alike()
    {
        var problems = new List<ConfigProblem>();
        Assert.Empty(RetentionFile.Read(_directory.FullName, problems));
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("metrics: [{match: '{', keep: 1d}]", "metrics[0].match")]
    [InlineData("metrics: [{match: 'up', keep: soon}]", "metrics[0].keep")]
    [InlineData("metrics: [{keep: 1d}]", "metrics[0].match")]
    [InlineData("metrics: [{match: up}]", "metrics[0].keep")]
    [InlineData("metrics: [{match: up, keep: 1d, kep: 2d}]", "metrics[0].kep")]
    [InlineData("metric: []", "metric")]
    public void What_is_wrong_is_told_by_its_key(string text, string key)
    {
        var (rules, problems) = Read(text);
        Assert.Equal(key, Assert.Single(problems).Key);
        Assert.Equal("retention.yaml", problems[0].File);
        Assert.True(rules.Count <= 1);
    }

    private (IReadOnlyList<MetricRetentionRule> Rules, List<ConfigProblem> Problems) Read(string text)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, RetentionFile.Name), text);
        var problems = new List<ConfigProblem>();
        return (RetentionFile.Read(_directory.FullName, problems), problems);
    }
}
