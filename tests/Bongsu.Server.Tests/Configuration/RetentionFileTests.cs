using Bongsu.Response.Configuration;
using Bongsu.Server.Configuration;
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
        Assert.Equal([TimeSpan.FromDays(1), TimeSpan.Zero], rules.Metrics.Select(r => r.Retention));
        Assert.True(LabelMatcher.MatchesAll(rules.Metrics[1].Matchers, LabelSet.Of(("__name__", "invoices_total"), ("env", "prod"))));
        Assert.False(LabelMatcher.MatchesAll(rules.Metrics[1].Matchers, LabelSet.Of(("__name__", "invoices_total"), ("env", "test"))));
    }

    [Fact]
    public void Without_the_file_all_are_kept_alike()
    {
        var problems = new List<ConfigProblem>();
        Assert.Equal(RetentionDefinitions.None, RetentionFile.Read(_directory.FullName, problems));
        Assert.Empty(problems);
    }

    [Fact]
    public void Reads_how_long_logs_and_spans_are_kept_by_selector_or_service()
    {
        var (rules, problems) = Read("""
            logs:
              - match: '{service_name="shop", level=~"debug|trace"}'
                keep: 1d
              - match: shop
                keep: 30d
            traces:
              - match: payments
                keep: 0
              - match: '{service_name=~"pay.+"}'
                keep: 12h
            """);
        Assert.Empty(problems);
        Assert.Equal([TimeSpan.FromDays(1), TimeSpan.FromDays(30)], rules.Logs.Select(r => r.Retention));
        Assert.True(LabelMatcher.MatchesAll(rules.Logs[0].Matchers, LabelSet.Of(("service_name", "shop"), ("level", "debug"))));
        Assert.False(LabelMatcher.MatchesAll(rules.Logs[0].Matchers, LabelSet.Of(("service_name", "shop"), ("level", "info"))));
        Assert.True(LabelMatcher.MatchesAll(rules.Logs[1].Matchers, LabelSet.Of(("service_name", "shop"))));
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromHours(12)], rules.Traces.Select(r => r.Retention));
        Assert.True(LabelMatcher.MatchesAll(rules.Traces[1].Matchers, LabelSet.Of(("service_name", "paypal"))));
    }

    [Theory]
    [InlineData("metrics: [{match: '{', keep: 1d}]", "metrics[0].match")]
    [InlineData("metrics: [{match: 'up', keep: soon}]", "metrics[0].keep")]
    [InlineData("metrics: [{keep: 1d}]", "metrics[0].match")]
    [InlineData("metrics: [{match: up}]", "metrics[0].keep")]
    [InlineData("metrics: [{match: up, keep: 1d, kep: 2d}]", "metrics[0].kep")]
    [InlineData("metric: []", "metric")]
    [InlineData("logs: [{match: '{', keep: 1d}]", "logs[0].match")]
    [InlineData("logs: [{match: '{__name__=\"up\"}', keep: 1d}]", "logs[0].match")]
    [InlineData("logs: [{match: shop, keep: -1d}]", "logs[0].keep")]
    [InlineData("traces: [{match: '{level=\"debug\"}', keep: 1d}]", "traces[0].match")]
    [InlineData("traces: [{match: shop, keep: 99999999999999d}]", "traces[0].keep")]
    [InlineData("traces: {}", "traces")]
    public void What_is_wrong_is_told_by_its_key(string text, string key)
    {
        var (rules, problems) = Read(text);
        Assert.Equal(key, Assert.Single(problems).Key);
        Assert.Equal("retention.yaml", problems[0].File);
        Assert.True(rules.Metrics.Count <= 1);
        Assert.Empty(rules.Logs);
        Assert.Empty(rules.Traces);
    }

    private (RetentionDefinitions Rules, List<ConfigProblem> Problems) Read(string text)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, RetentionFile.Name), text);
        var problems = new List<ConfigProblem>();
        return (RetentionFile.Read(_directory.FullName, problems), problems);
    }
}
