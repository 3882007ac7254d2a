using Bongsu.Ingest;
using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Response.Configuration;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Tests.Configuration;

public sealed class BudgetFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bongsu-budgets-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Reads_what_services_may_send()
    {
        var (rules, problems) = Read("""
            defaults:
              logs: {bytes: 10GiB, records: 50000000}
              traces: {records: 1000, action: sample, keep: 5%, slow: 500ms}
            services:
              - service: payments
                logs: {bytes: 1.5GB, action: refuse}
              - service: audit
                logs: {bytes: none}
                traces: {bytes: 1MiB, action: sample, keep: 0.25}
            """);
        Assert.Empty(problems);
        Assert.Equal(new DailyBudget { Bytes = 10L << 30, Records = 50_000_000 }, rules.Of("any", Signal.Logs));
        Assert.Equal(new DailyBudget { Records = 1000, Action = BudgetAction.Sample, Keep = 0.05, Slow = TimeSpan.FromMilliseconds(500) }, rules.Of("payments", Signal.Traces));
        Assert.Equal(new DailyBudget { Bytes = 1_500_000_000, Action = BudgetAction.Refuse }, rules.Of("payments", Signal.Logs));
        Assert.False(rules.Of("audit", Signal.Logs).HasLimit);
        Assert.Equal(0.25, rules.Of("audit", Signal.Traces).Keep);
    }

    [Theory]
    [InlineData("")]
    [InlineData("defaults:\nservices:\n")]
    public void Without_entries_there_is_no_budget(string text)
    {
        var (rules, problems) = Read(text);
        Assert.Empty(problems);
        Assert.False(rules.Of("any", Signal.Logs).HasLimit);
        Assert.Same(BudgetRules.None, BudgetFile.Read(Path.Combine(_directory.FullName, "absent"), problems));
    }

    [Theory]
    [InlineData("defaults: {logs: {bytes: much}}", "defaults.logs.bytes")]
    [InlineData("defaults: {logs: {bytes: 0}}", "defaults.logs.bytes")]
    [InlineData("defaults: {logs: {bytes: -1}}", "defaults.logs.bytes")]
    [InlineData("defaults: {logs: {records: 1e9}}", "defaults.logs.records")]
    [InlineData("defaults: {logs: {records: 99999999999999999999}}", "defaults.logs.records")]
    [InlineData("defaults: {logs: {bytes: 1GB, action: drop}}", "defaults.logs.action")]
    [InlineData("defaults: {traces: {bytes: 1GB, action: sample, keep: 120%}}", "defaults.traces.keep")]
    [InlineData("defaults: {traces: {bytes: 1GB, action: sample, keep: NaN}}", "defaults.traces.keep")]
    [InlineData("defaults: {traces: {bytes: 1GB, action: sample, slow: fast}}", "defaults.traces.slow")]
    [InlineData("defaults: {traces: {bytes: 1GB, keep: 10%}}", "defaults.traces.keep")]
    [InlineData("defaults: {logs: 10GB}", "defaults.logs")]
    [InlineData("defaults: {metrics: {bytes: 1GB}}", "defaults.metrics")]
    [InlineData("services: [{logs: {bytes: 1GB}}]", "services[0].service")]
    [InlineData("services: [{service: a}, {service: a}]", "services[1].service")]
    [InlineData("services: {a: {}}", "services")]
    [InlineData("service: []", "service")]
    public void What_is_wrong_is_told_by_its_key(string text, string key)
    {
        var (_, problems) = Read(text);
        Assert.Equal(("budgets.yaml", key), (Assert.Single(problems).File, problems[0].Key));
        Assert.NotEmpty(problems[0].Fix);
    }

    private (BudgetRules Rules, List<ConfigProblem> Problems) Read(string text)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, BudgetFile.Name), text);
        var problems = new List<ConfigProblem>();
        return (BudgetFile.Read(_directory.FullName, problems), problems);
    }
}
